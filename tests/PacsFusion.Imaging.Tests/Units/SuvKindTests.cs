using PacsFusion.Dicom;
using PacsFusion.Tests;

namespace PacsFusion.Imaging.Tests;

public sealed class SuvKindTests
{
    // 91 kg, 1.88 m; what another program wrote for the same man (its surface is off by ten).
    [Theory]
    [InlineData(SuvKind.BodyWeight, "M", 91)]
    [InlineData(SuvKind.LeanBodyMassJames, "M", 71.9843)]
    [InlineData(SuvKind.LeanBodyMassJames128, "M", 70.1099)]
    [InlineData(SuvKind.LeanBodyMassJames, "F", 62.6941)]
    [InlineData(SuvKind.LeanBodyMassJanmahasatian, "M", 68.9118)]
    [InlineData(SuvKind.LeanBodyMassJanmahasatian, "F", 56.0024)]
    [InlineData(SuvKind.IdealBodyWeight, "M", 86.16)]
    [InlineData(SuvKind.IdealBodyWeight, "F", 78.26)]
    [InlineData(SuvKind.BodySurfaceArea, "M", 21.7632)]
    public void Each_kind_has_its_measure(SuvKind kind, string sex, double measure)
    {
        var slice = PetHeaders.Complete().Set(DicomTag.PatientWeight, "91").Set(DicomTag.PatientSize, "1.88").Set(DicomTag.PatientSex, sex);

        var result = SuvConversion.Of([slice], kind: kind);

        Assert.Equal(kind, result.Kind);
        Assert.Equal(PetHeaders.CompleteFactor * measure / 70, result.Factor!.Value, PetHeaders.CompleteFactor * measure / 70 * 1e-3);
        Assert.True(kind.Unit().IsSuv());
    }

    [Theory]
    [InlineData("", "M", ImagingReasons.SuvHeight)]
    [InlineData("188", "M", ImagingReasons.SuvHeight)]
    [InlineData("0", "M", ImagingReasons.SuvHeight)]
    [InlineData("1.88", "O", ImagingReasons.SuvSex)]
    [InlineData("1.88", "", ImagingReasons.SuvSex)]
    [InlineData("0.5", "M", ImagingReasons.SuvHeight)]
    public void A_measure_that_cannot_be_had_gives_no_suv_of_that_kind_but_one_by_weight(string size, string sex, string reason)
    {
        var slice = PetHeaders.Complete().Set(DicomTag.PatientSize, size).Set(DicomTag.PatientSex, sex);

        Assert.Equal(reason, SuvConversion.Of([slice], kind: SuvKind.LeanBodyMassJames).ReasonCode);
        Assert.Null(SuvConversion.Of([slice]).ReasonCode);
    }

    [Fact]
    public void Counts_and_suv_by_one_measure_lead_to_another()
    {
        var counts = PetHeaders.Complete().Set(DicomTag.Units, "CNTS").Set(DicomTag.PatientSize, "1.8").Set(DicomTag.PatientSex, "F");
        PetHeaders.AddPhilips(counts, "0.0005", null);
        var surface = PetHeaders.Complete().Set(DicomTag.Units, "CM2ML").Set(DicomTag.PatientSize, "1.8").Set(DicomTag.PatientSex, "F");
        var area = 71.84 * Math.Pow(70, 0.425) * Math.Pow(180, 0.725);

        Assert.Equal(0.0005 * area / 70000, SuvConversion.Of([counts], kind: SuvKind.BodySurfaceArea).Factor!.Value, 1e-9);
        Assert.Equal(70000 / area, SuvConversion.Of([surface]).Factor!.Value, 1e-9);
        Assert.Equal(1, SuvConversion.Of([surface], kind: SuvKind.BodySurfaceArea).Factor);
    }

    [Fact]
    public void The_volume_carries_the_unit_of_the_kind_asked_for()
    {
        var slices = SeriesBuilder.Ct(4);
        foreach (var slice in slices)
        {
            foreach (var element in PetHeaders.Complete()) slice.CopyFrom(PetHeaders.Complete(), element.Tag);
            slice.Set(DicomTag.SOPClassUID, DicomUid.PositronEmissionTomographyImageStorage).Set(DicomTag.PatientSize, "1.8").Set(DicomTag.PatientSex, "M")
                .Set(DicomTag.RescaleSlope, "10").Set(DicomTag.RescaleIntercept, "0");
        }

        using var lean = SeriesBuilder.Read(slices, new() { SuvKind = SuvKind.LeanBodyMassJanmahasatian }).Value;
        using var weight = SeriesBuilder.Read(slices).Value;

        Assert.Equal(VoxelUnit.SuvLeanBodyMass, lean.Volume.Unit);
        // 9270 * 70 / (6680 + 216 * 21.605) = 57.187 kg.
        Assert.Equal(weight.Max * 57.187 / 70, lean.Max, weight.Max * 1e-4);
    }

    [Fact]
    public void Lean_body_measures_are_those_of_the_vectors()
    {
        using var vectors = System.Text.Json.JsonDocument.Parse(File.ReadAllText(SharedData.Require("bench", "geometry", "suv-vectors.json")));
        foreach (var entry in vectors.RootElement.GetProperty("lean_body_cases").EnumerateArray())
        {
            var sex = entry.GetProperty("sex").GetString()!;
            var header = SuvHeader.From([new DicomDataset().Set(DicomTag.PatientWeight, "75").Set(DicomTag.PatientSize, "1.85").Set(DicomTag.PatientSex, sex)]);
            foreach (var (kind, name) in new[] { (SuvKind.LeanBodyMassJames, "james_g"), (SuvKind.LeanBodyMassJanmahasatian, "janmahasatian_g"), (SuvKind.BodySurfaceArea, "bsa") })
            {
                if (entry.TryGetProperty("error", out _))
                {
                    if (kind != SuvKind.BodySurfaceArea) Assert.Equal(ImagingReasons.SuvSex, BodyMeasure.Of(kind, header, SuvLimits.Default).Refused?.ReasonCode);
                    continue;
                }
                var expected = entry.GetProperty(name).GetDouble();
                Assert.Equal(expected, BodyMeasure.Of(kind, header, SuvLimits.Default).Value!.Value, expected * 1e-6);
            }
        }
    }
}
