using System.Globalization;
using System.Text.Json;
using PacsFusion.Dicom;
using PacsFusion.Tests;

namespace PacsFusion.Imaging.Tests;

/// <summary>Published vendor headers with their SUV factors, and cases of our own beside them.</summary>
public sealed class SuvVectorTests
{
    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        if (!File.Exists(VectorFile)) return data;
        using var vectors = JsonDocument.Parse(File.ReadAllText(VectorFile));
        foreach (var list in (string[])["cases", "unit_cases", "own_cases"])
            foreach (var entry in vectors.RootElement.GetProperty(list).EnumerateArray())
                data.Add(entry.GetProperty("name").GetString()!, entry.GetRawText());
        return data;
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void The_factor_is_that_of_the_vector(string name, string json)
    {
        using var vector = JsonDocument.Parse(json);
        var expected = vector.RootElement.GetProperty("expected");

        var result = SuvConversion.Of(Slices(vector.RootElement), SuvLimits.None);

        if (expected.TryGetProperty("error", out _))
        {
            Assert.True(result.Factor is null, $"{name}: {result.Text}");
            Assert.Contains(ImagingReasons.All, reason => reason.Code == result.ReasonCode);
            return;
        }
        var factor = expected.GetProperty("suvbw_factor").GetDouble();
        Assert.True(result.Factor is not null, $"{name}: {result.Text}");
        Assert.Equal(factor, result.Factor.Value, factor * 1e-3);
        foreach (var (key, kind) in new[] { ("suvbsa_factor", SuvKind.BodySurfaceArea), ("suvlbm_factor", SuvKind.LeanBodyMassJames), ("suvlbm_janmahasatian_factor", SuvKind.LeanBodyMassJanmahasatian) })
            if (expected.TryGetProperty(key, out var other))
                Assert.Equal(other.GetDouble(), SuvConversion.Of(Slices(vector.RootElement), SuvLimits.None, kind).Factor!.Value, other.GetDouble() * 1e-3);
    }

    [Fact]
    public void The_scan_starts_at_the_series_time_unless_that_lies_after_the_first_acquisition()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(SharedData.Require("bench", "geometry", "suv-vectors.json")));
        foreach (var entry in vectors.RootElement.GetProperty("scan_time_cases").EnumerateArray())
        {
            var slices = entry.GetProperty("acquisitions").EnumerateArray().Select(acquisition => new DicomDataset()
                .Set(DicomTag.SeriesDate, entry.GetProperty("SeriesDate").GetString()!)
                .Set(DicomTag.SeriesTime, entry.GetProperty("SeriesTime").GetString()!)
                .Set(DicomTag.AcquisitionDate, acquisition.GetString()![..8])
                .Set(DicomTag.AcquisitionTime, acquisition.GetString()![8..])).ToList();
            if (entry.TryGetProperty("GEPrivatePostInjectionDateTime", out var scan))
                slices.ForEach(slice => PetHeaders.AddGeScan(slice, scan.GetString()!));

            Assert.Equal(DicomClock.DateAndTime(entry.GetProperty("expected_scan_time").GetString()), SuvConversion.ScanStart(SuvHeader.From(slices)));
        }
    }

    private static string VectorFile => Path.Combine(SharedData.Root, "bench", "geometry", "suv-vectors.json");

    private static List<DicomDataset> Slices(JsonElement vector)
    {
        var series = vector.GetProperty("series");
        if (vector.TryGetProperty("instances", out var instances))
            return [.. instances.EnumerateArray().Select(instance => Slice(series, instance))];
        return [.. Enumerable.Range(0, Math.Min(3, vector.GetProperty("instance_count").GetInt32())).Select(_ => Slice(series, null))];
    }

    private static DicomDataset Slice(JsonElement series, JsonElement? instance)
    {
        var slice = new DicomDataset();
        var tracer = new DicomDataset();
        foreach (var property in instance is { } own ? series.EnumerateObject().Concat(own.EnumerateObject()) : series.EnumerateObject())
        {
            if (property.Name == "PhilipsPETPrivateGroup")
                PetHeaders.AddPhilips(slice, Number(property.Value, "SUVScaleFactor"), Number(property.Value, "ActivityConcentrationScaleFactor"));
            else if (property.Name == "GEPrivateScanDateTime")
                PetHeaders.AddGeScan(slice, property.Value.GetString()!);
            else
            {
                Assert.True(DicomDictionary.TryFind(property.Name, out var tag), property.Name);
                (property.Name.StartsWith("Radio", StringComparison.Ordinal) ? tracer : slice).Set(tag, Values(property.Value));
            }
        }
        return slice.SetSequence(DicomTag.RadiopharmaceuticalInformationSequence, tracer);
    }

    private static string[] Values(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => [.. value.EnumerateArray().Select(item => item.GetString()!)],
        JsonValueKind.String => [value.GetString()!.Trim()],
        // DS holds 16 characters.
        _ => [value.GetDouble().ToString("G11", CultureInfo.InvariantCulture)],
    };

    private static string? Number(JsonElement group, string name) =>
        !group.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.GetDouble().ToString(CultureInfo.InvariantCulture);
}
