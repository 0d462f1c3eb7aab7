using System.Security.Cryptography;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Cli;

/// <summary>From a Patient ID that an operator types to the keyed handles under which the ledger knows the patient.</summary>
internal static class PatientLookup
{
    /// <summary>The handles of the ID under every issuer that the configuration knows; none where the data folder has no key.</summary>
    public static IEnumerable<string> KeysOf(CliContext context, string patientId)
    {
        var keyFile = Path.Combine(context.DataFolder, "key");
        if (!File.Exists(keyFile)) return [];
        var key = File.ReadAllBytes(keyFile);
        try
        {
            var configuration = ConfigurationLoader.Load(context.ConfigFile, context.Overrides, ConfigurationGate.Variables()).Value;
            var issuers = new HashSet<string>(StringComparer.Ordinal) { "" };
            if (configuration is not null)
            {
                issuers.Add(configuration.Receive.DefaultIssuer);
                issuers.UnionWith(configuration.Receive.Callers.Select(caller => caller.Issuer ?? ""));
                issuers.UnionWith(configuration.Ehr?.PatientSystems.Keys ?? []);
            }
            return [.. issuers.Select(issuer => PatientKeyring.KeyOf(key, patientId, issuer)).Distinct(StringComparer.Ordinal)];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
