using System.Security.Cryptography;
using System.Text;
using PacsFusion.Dicom;

namespace PacsFusion.Node.Receive;

/// <summary>Turns a patient into a handle that says nothing to whoever has not the node's key (HMAC-SHA-256, 128 bits, 32 hexadecimal digits).</summary>
/// <param name="key">The node's secret.</param>
/// <param name="issuerFor">The issuer that a missing one stands for, by calling AE title.</param>
internal sealed class PatientKeyring(ReadOnlyMemory<byte> key, Func<string, string> issuerFor)
{
    private static readonly DicomTag Qualifiers = new(0x0010, 0x0024);
    private static readonly DicomTag UniversalEntityId = new(0x0040, 0x0032);

    /// <summary>The key of the patient of a data set.</summary>
    public string KeyOf(DicomDataset dataset, string callingAeTitle, string studyInstanceUid)
    {
        if (dataset.GetString(DicomTag.PatientID) is not { Length: > 0 } id) return Hash(key.Span, "study", studyInstanceUid, "");
        var issuer = dataset.GetString(DicomTag.IssuerOfPatientID) ?? dataset.GetItem(Qualifiers)?.GetString(UniversalEntityId);
        return Hash(key.Span, "patient", id, issuer is { Length: > 0 } ? issuer : issuerFor(callingAeTitle));
    }

    /// <summary>The key of a Patient ID of an issuer.</summary>
    public static string KeyOf(ReadOnlySpan<byte> key, string patientId, string issuer) => Hash(key, "patient", patientId, issuer);

    private static string Hash(ReadOnlySpan<byte> key, string kind, string first, string second) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{kind}\0{first}\0{second}")).AsSpan(0, 16));
}
