using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using PacsFusion.Tests;

namespace PacsFusion.Dicom.Tests;

/// <summary>Our DICOM JSON beside Orthanc's DICOMweb metadata of the same objects.</summary>
public class OrthancJsonTests
{
    private static readonly string[] Objects =
    [
        "syntax/MR_small.dcm", "syntax/MR_small_bigendian.dcm", "charset/chrH31.dcm", "charset/chrFren.dcm", "multiframe/emri_small.dcm", "multiframe/rtdose.dcm",
        "multiframe/liver.dcm", "syntax/693_J2KR.dcm", "syntax/image_dfl.dcm", "pixels/vlut_04.dcm", "pixels/overlay.dcm",
    ];

    [Fact]
    public async Task MetadataAreEqualWhereOrthancIsRight()
    {
        var files = Objects.ToDictionary(name => name, OddFiles.Bytes);
        using var orthanc = await OrthancServer.StartAsync();
        var differs = new List<string>();
        foreach (var (name, bytes) in files)
        {
            using var body = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/dicom") } };
            using var stored = await orthanc.Http.PostAsync("instances", body, TestContext.Current.CancellationToken);
            Assert.True(stored.IsSuccessStatusCode, name);
            var dataset = DicomFile.Parse(bytes).Dataset;
            string Uid(DicomTag tag) => dataset.GetString(tag)!;
            var theirs = await orthanc.GetAsync($"dicom-web/studies/{Uid(DicomTag.StudyInstanceUID)}/series/{Uid(DicomTag.SeriesInstanceUID)}/instances/{Uid(DicomTag.SOPInstanceUID)}/metadata");
            Compare(theirs[0]!.AsObject(), JsonNode.Parse(DicomJson.Write(dataset))!.AsObject(), name, differs);
        }
        Assert.True(differs.Count == 0, string.Join('\n', differs));
    }

    private static void Compare(JsonObject theirs, JsonObject ours, string path, List<string> differs)
    {
        foreach (var tag in theirs.Select(member => member.Key).Union(ours.Select(member => member.Key)).Order(StringComparer.Ordinal))
        {
            // JSON is UTF-8, so F.2 wants ISO_IR 192; the padding behind the data set and encapsulated pixel data are left out there, now and then.
            if (tag is "00080005" or "FFFCFFFC" or "7FE00010") continue;
            if (theirs[tag] is not JsonObject their || ours[tag] is not JsonObject our)
            {
                differs.Add($"{path}/{tag}: {(theirs[tag] is null ? "only ours" : "only theirs")}");
                continue;
            }
            if (their["Value"] is JsonArray theirItems && our["Value"] is JsonArray ourItems && (string?)their["vr"] == "SQ")
            {
                if (theirItems.Count != ourItems.Count) differs.Add($"{path}/{tag}: {theirItems.Count} and {ourItems.Count} items");
                foreach (var (their1, our1) in theirItems.Zip(ourItems)) Compare(their1!.AsObject(), our1!.AsObject(), $"{path}/{tag}", differs);
            }
            // Bulk data are referred to by either, in line from our side where they are short.
            else if (their["BulkDataURI"] is null && Canonical(their) != Canonical(our))
            {
                differs.Add($"{path}/{tag}: {their.ToJsonString()} and {our.ToJsonString()}");
            }
        }
    }

    // The same number has many forms in JSON, and members no order.
    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject members => $"{{{string.Join(',', members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}:{Canonical(m.Value)}"))}}}",
        JsonArray values => $"[{string.Join(',', values.Select(Canonical))}]",
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => value.GetValue<double>().ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        _ => node?.ToJsonString() ?? "null",
    };
}
