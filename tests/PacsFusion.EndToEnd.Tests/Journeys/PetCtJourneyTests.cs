using System.Globalization;
using System.Text.Json.Nodes;
using PacsFusion.Dicom;

namespace PacsFusion.Tests.Journeys;

/// <summary>
/// The main promise on real input and real peers: DCMTK sends a PET/CT study over two associations at once, Orthanc is the
/// PACS, the FHIR counterpart is the EHR. The expected figures are the facts of the data set's own README.
/// </summary>
public sealed class PetCtJourneyTests
{
    private const string PatientSystem = "urn:oid:1.2.276.0.76.9.77";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task AStudyThatIsSentComesBackFusedAndIsReported()
    {
        var data = UnpackedSets.Require("petct/ACRIN_042");
        var storescu = ChildProcess.Require("storescu");
        using var pacs = await OrthancServer.StartAsync();
        await using var ehr = await EhrCounterpart.StartAsync();
        await AddPatientAsync(ehr, data);
        using var node = await NodeProcess.StartAsync(string.Create(CultureInfo.InvariantCulture, $$"""
            settle: { quiet: 5s }
            destinations:
              - { name: main-pacs, kind: dicom, aeTitle: {{OrthancServer.AeTitle}}, host: 127.0.0.1, port: {{pacs.DicomPort}} }
            ehr: { name: ehr, url: "{{ehr.BaseAddress}}", patientSystems: { "": "{{PatientSystem}}" } }
            retention: { minFreeSpace: 1GB }
            """));

        var others = Directory.GetDirectories(data).Where(folder => !folder.EndsWith("/CT", StringComparison.Ordinal)).ToArray();
        await Task.WhenAll(SendAsync(storescu, node, [Path.Combine(data, "CT")]), SendAsync(storescu, node, others));
        var work = await node.CaseAsync(Deadline, "done", "failed", "refused");
        Assert.True(work["state"]!.GetValue<string>() == "done", work.ToJsonString() + node.Log);

        var result = work["result"]!;
        AssertFacts(result);
        var fused = work["outputSeriesInstanceUid"]!.GetValue<string>();
        var images = await pacs.DownloadSeriesAsync(fused, Path.Combine(node.Folder, "fused"));
        AssertObjects(images, data);
        AssertHotSpot(images);
        await AssertIodAsync(images[0]);
        await AssertNacExplainedAsync(node, data);
        await AssertReportAsync(ehr, fused);

        // The same study again: known instances, the same case, nothing new anywhere (invariant 3).
        await SendAsync(storescu, node, [Path.Combine(data, "CT"), Path.Combine(data, "PT_AC")]);
        Assert.Single((await node.AskAsync("cases"))["cases"]!.AsArray());
        Assert.Equal(135, (await pacs.FindAsync("Instance", new JsonObject { ["SeriesInstanceUID"] = fused })).Count);
        Assert.Equal((1, 1), await ehr.CountAsync("DiagnosticReport"));
        Assert.Equal(0, await node.TerminateAsync());
    }

    private static async Task SendAsync(string storescu, NodeProcess node, string[] folders)
    {
        var (code, _, error) = await ChildProcess.RunAsync(
            storescu, ["-aet", "MODALITY", "-aec", NodeProcess.AeTitle, "-R", "127.0.0.1", node.DicomPort.ToString(CultureInfo.InvariantCulture), "+sd", "+r", .. folders]);
        Assert.True(code == 0, error);
    }

    private static async Task AddPatientAsync(EhrCounterpart ehr, string data)
    {
        var header = DicomFile.Read(Directory.GetFiles(Path.Combine(data, "CT"))[0], DicomReadOptions.Header).Dataset;
        var patient = new JsonObject
        {
            ["resourceType"] = "Patient",
            ["active"] = true,
            ["identifier"] = new JsonArray(new JsonObject { ["system"] = PatientSystem, ["value"] = header.GetString(DicomTag.PatientID) }),
        };
        using var http = new HttpClient();
        using var body = new StringContent(patient.ToJsonString(), System.Text.Encoding.UTF8, "application/fhir+json");
        (await http.PostAsync($"{ehr.BaseAddress.AbsoluteUri.TrimEnd('/')}/Patient", body)).EnsureSuccessStatusCode();
    }

    private static void AssertFacts(JsonNode result)
    {
        var moving = result["moving"]!;
        Assert.Equal(4.2111007e-4, moving["suvFactor"]!.GetValue<double>(), 4.2e-7);
        Assert.Equal(51.0933, moving["max"]!.GetValue<double>(), 0.051);
        double[] at = [.. moving["maxAt"]!.AsArray().Select(value => value!.GetValue<double>())];
        Assert.True(Math.Abs(at[0] + 58.594) < 4.69 && Math.Abs(at[1] + 2.344) < 4.69 && Math.Abs(at[2] + 327.5) < 3.27);
        double[] aligned = [.. result["alignment"]!["greatestAt"]!.AsArray().Select(value => value!.GetValue<double>())];
        Assert.True(Math.Abs(aligned[0] + 58.594) < 4.69 && Math.Abs(aligned[1] + 2.344) < 4.69 && Math.Abs(aligned[2] + 327.5) < 3.27);
        Assert.Equal(50.1036, result["alignment"]!["greatest"]!.GetValue<double>(), 0.05);
        Assert.Equal(0.969808, result["alignment"]!["uptakeInBody"]!.GetValue<double>(), 0.005);
    }

    /// <summary>Same study, patient, frame of reference; each image exactly on one CT slice (invariants 5 and 6).</summary>
    private static void AssertObjects(IReadOnlyList<string> images, string data)
    {
        Assert.Equal(135, images.Count);
        var sources = Directory.GetFiles(Path.Combine(data, "CT")).Select(path => DicomFile.Read(path, DicomReadOptions.Header).Dataset)
            .ToDictionary(header => string.Join('\\', header.GetDoubles(DicomTag.ImagePositionPatient)), StringComparer.Ordinal);
        foreach (var path in images)
        {
            var image = DicomFile.Read(path, DicomReadOptions.Header).Dataset;
            Assert.True(sources.Remove(string.Join('\\', image.GetDoubles(DicomTag.ImagePositionPatient)), out var source), "An image lies on no CT slice, or two on one.");
            foreach (var tag in new[] { DicomTag.StudyInstanceUID, DicomTag.PatientID, DicomTag.PatientName, DicomTag.PatientBirthDate, DicomTag.PatientSex, DicomTag.PatientIdentityRemoved, DicomTag.StudyID, DicomTag.AccessionNumber, DicomTag.FrameOfReferenceUID })
                Assert.Equal(source.GetString(tag), image.GetString(tag));
            foreach (var tag in new[] { DicomTag.ImageOrientationPatient, DicomTag.PixelSpacing, DicomTag.SliceThickness })
                Assert.Equal(source.GetDoubles(tag), image.GetDoubles(tag));
            Assert.Equal(DicomUid.SecondaryCaptureImageStorage, image.GetString(DicomTag.SOPClassUID));
            Assert.Equal("RGB", image.GetString(DicomTag.PhotometricInterpretation));
            Assert.Contains("research use", image.GetString(DicomTag.SeriesDescription), StringComparison.OrdinalIgnoreCase);
            Assert.True(image.GetInt(DicomTag.SeriesNumber) > 1000);
        }
    }

    /// <summary>The fused picture is saturated where the facts say that the uptake is greatest.</summary>
    private static void AssertHotSpot(IReadOnlyList<string> images)
    {
        double[] place = [-58.594, -2.344, -327.5];
        var hottest = images.MinBy(path => Math.Abs(DicomFile.Read(path, DicomReadOptions.Header).Dataset.GetDoubles(DicomTag.ImagePositionPatient)[2] - place[2]))!;
        var file = DicomFile.Read(hottest);
        var origin = file.Dataset.GetDoubles(DicomTag.ImagePositionPatient);
        var spacing = file.Dataset.GetDoubles(DicomTag.PixelSpacing);
        int column = (int)Math.Round((place[0] - origin[0]) / spacing[1]), row = (int)Math.Round((place[1] - origin[1]) / spacing[0]);
        var pixels = DicomPixelData.Open(file.Dataset, file.TransferSyntax).DecodeFrame(0);
        var at = ((row * 512) + column) * 3;
        Assert.True(pixels[at] == 255 && pixels[at + 1] > 240, $"({pixels[at]}, {pixels[at + 1]}, {pixels[at + 2]}) at the hottest place");
    }

    private static async Task AssertIodAsync(string image)
    {
        var (_, output, error) = await ChildProcess.RunAsync(ChildProcess.Require("dciodvfy"), ["-new", image]);
        Assert.DoesNotContain("Error", output + error, StringComparison.Ordinal);
    }

    private static async Task AssertNacExplainedAsync(NodeProcess node, string data)
    {
        var uid = DicomFile.Read(Directory.GetFiles(Path.Combine(data, "PT_NAC"))[0], DicomReadOptions.Header).Dataset.GetString(DicomTag.SeriesInstanceUID)!;
        var explained = await node.AskAsync("explain", uid);
        Assert.Equal("settled", explained["series"]![0]!["state"]!.GetValue<string>());
        Assert.Contains(explained["candidates"]!.AsArray(), candidate => candidate!["rule"]!.GetValue<string>() == "pet-ct" && candidate["role"]!.GetValue<string>() == "moving"
            && !candidate["chosen"]!.GetValue<bool>() && candidate["reason"]!.GetValue<string>() == "not-attenuation-corrected");
    }

    private static async Task AssertReportAsync(EhrCounterpart ehr, string fused)
    {
        var dump = await ehr.DumpAsync();
        var report = Assert.Single(dump.GetProperty("DiagnosticReport").EnumerateArray());
        Assert.Equal("preliminary", report.GetProperty("status").GetString());
        Assert.Contains($"urn:oid:{fused}", report.GetRawText(), StringComparison.Ordinal);
        Assert.NotEqual(0, report.GetProperty("imagingStudy").GetArrayLength());
        Assert.Contains(dump.GetProperty("ImagingStudy").EnumerateArray(), study => study.GetRawText().Contains(fused, StringComparison.Ordinal));
    }
}
