using System.Globalization;
using System.Text.Json.Nodes;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;
using PacsFusion.Imaging;

namespace PacsFusion.Tests;

/// <summary>A small made-up PET/CT study as files, and the ways to bring it to a node.</summary>
internal sealed class PhantomStudy : IDisposable
{
    public const string PatientSystem = "urn:oid:1.2.276.0.76.9.77";
    private readonly PhantomOptions _options;

    public PhantomStudy(int slices = 24, int matrix = 96, string patientId = "KILL-1", int seed = 1)
    {
        _options = new PhantomOptions { CtMatrix = matrix, CtSlices = slices, PetMatrix = 64, PatientId = patientId, Seed = seed };
        Folder = Directory.CreateTempSubdirectory("pacsfusion-study-").FullName;
        Truth = PetCtPhantom.Write(Folder, _options, TestContext.Current.CancellationToken);
        Ct = Files("CT");
        Pet = Files("PT");
    }

    public string Folder { get; }

    public PhantomTruth Truth { get; }

    /// <summary>The CT's files in the order of their names.</summary>
    public IReadOnlyList<string> Ct { get; }

    public IReadOnlyList<string> Pet { get; }

    public IReadOnlyList<string> All => [.. Ct, .. Pet];

    /// <summary>The line of the node's configuration for this EHR, with short waits.</summary>
    public static string EhrLine(EhrCounterpart ehr) =>
        $$"""ehr: { name: ehr, url: "{{ehr.BaseAddress}}", patientSystems: { "": "{{PatientSystem}}" }, retry: { initial: 200ms, factor: 1, cap: 200ms } }""";

    /// <summary>Sends files with DCMTK, as a modality does; all must be taken.</summary>
    public static async Task SendAsync(NodeProcess node, IEnumerable<string> files)
    {
        var (code, output, error) = await ChildProcess.RunAsync(
            ChildProcess.Require("storescu"), ["-aet", "MODALITY", "-aec", NodeProcess.AeTitle, "127.0.0.1", node.DicomPort.ToString(CultureInfo.InvariantCulture), .. files]);
        Assert.True(code == 0, output + error);
    }

    /// <summary>An association of ours to the node, for ends that DCMTK's sender cannot make.</summary>
    public static Task<DicomClient> AssociateAsync(NodeProcess node) => DicomClient.ConnectAsync(
        new DicomPeer("127.0.0.1", node.DicomPort, NodeProcess.AeTitle, "MODALITY"),
        [.. new[] { DicomUid.CTImageStorage, DicomUid.PositronEmissionTomographyImageStorage }.Select(uid => new PresentationContextProposal(uid, [DicomTransferSyntax.ExplicitVRLittleEndian.Uid]))],
        cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Stores one file over an association; returns what was sent where the node acknowledged it.</summary>
    public static async Task<(string Sop, byte[] DataSet)> StoreAsync(DicomClient client, string path)
    {
        var file = DicomFile.Read(path);
        Assert.Equal(DicomTransferSyntax.ExplicitVRLittleEndian, file.TransferSyntax);
        var (sop, bytes) = (file.Dataset.GetString(DicomTag.SOPInstanceUID)!, file.Dataset.Encode(file.TransferSyntax));
        var status = await client.StoreAsync(file.Dataset.GetString(DicomTag.SOPClassUID)!, sop, file.TransferSyntax.Uid, bytes, TestContext.Current.CancellationToken);
        Assert.True(status.IsSuccess, status.ToString());
        return (sop, bytes);
    }

    /// <summary>Makes the patient known to the EHR.</summary>
    public async Task RegisterAsync(EhrCounterpart ehr)
    {
        var patient = new JsonObject
        {
            ["resourceType"] = "Patient",
            ["active"] = true,
            ["identifier"] = new JsonArray(new JsonObject { ["system"] = PatientSystem, ["value"] = _options.PatientId }),
        };
        using var http = new HttpClient();
        using var body = new StringContent(patient.ToJsonString(), System.Text.Encoding.UTF8, "application/fhir+json");
        (await http.PostAsync($"{ehr.BaseAddress.AbsoluteUri.TrimEnd('/')}/Patient", body)).EnsureSuccessStatusCode();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private List<string> Files(string modality) =>
        [.. Truth.Series.Where(series => series.Modality == modality).SelectMany(series => Directory.GetFiles(Path.Combine(Folder, series.Folder))).Order(StringComparer.Ordinal)];
}
