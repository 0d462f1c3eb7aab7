using System.Text.Json;

namespace PacsFusion.Dicom.Tests;

public class DicomJsonTests
{
    [Fact]
    public void AnnexFIsWritten()
    {
        var dataset = new DicomDataset()
            .Set(DicomTag.PatientName, "Wang^XiaoDong=王^小東")
            .SetEmpty(DicomTag.AccessionNumber)
            .Set(DicomTag.ImageType, "ORIGINAL", "", "AXIAL")
            .Set(DicomTag.PixelSpacing, "0.50", "no number")
            .Set(DicomTag.SmallestImagePixelValue, 7)
            .Set(DicomTag.RealWorldValueSlope, [double.NaN, 1.5])
            .Set(DicomTag.FrameIncrementPointer, "00181063")
            .SetBytes(DicomTag.PixelData, DicomVR.OW, new byte[2048])
            .SetBytes(DicomTag.FileMetaInformationVersion, DicomVR.OB, new byte[] { 0, 1 })
            .SetSequence(DicomTag.ReferencedImageSequence, new DicomDataset(), new DicomDataset().Set(DicomTag.ReferencedSOPInstanceUID, "1.2"));

        using var json = JsonDocument.Parse(DicomJson.Write(dataset));
        var root = json.RootElement;

        Assert.Equal("""{"vr":"SH"}""", root.GetProperty("00080050").GetRawText());
        Assert.Equal("""{"vr":"CS","Value":["ORIGINAL",null,"AXIAL"]}""", root.GetProperty("00080008").GetRawText());
        Assert.Equal("""{"vr":"DS","Value":[0.5,"no number"]}""", root.GetProperty("00280030").GetRawText());
        Assert.Equal("""{"vr":"US","Value":[7]}""", root.GetProperty("00280106").GetRawText());
        Assert.Equal("""{"vr":"FD","Value":["NaN",1.5]}""", root.GetProperty("00409225").GetRawText());
        Assert.Equal("""{"vr":"AT","Value":["00181063"]}""", root.GetProperty("00280009").GetRawText());
        Assert.Equal("""{"vr":"OW","BulkDataURI":"#/7FE00010"}""", root.GetProperty("7FE00010").GetRawText());
        Assert.Equal("""{"vr":"OB","InlineBinary":"AAE="}""", root.GetProperty("00020001").GetRawText());
        Assert.Equal("""{"vr":"SQ","Value":[{},{"00081155":{"vr":"UI","Value":["1.2"]}}]}""", root.GetProperty("00081140").GetRawText());
        var name = root.GetProperty("00100010").GetProperty("Value")[0];
        Assert.Equal(("Wang^XiaoDong", "王^小東"), (name.GetProperty("Alphabetic").GetString(), name.GetProperty("Ideographic").GetString()));
        Assert.Equal("ISO_IR 192", root.GetProperty("00080005").GetProperty("Value")[0].GetString());
    }

    [Fact]
    public void WhatIsWrittenReadsBack()
    {
        var dataset = new DicomDataset()
            .Set(DicomTag.PatientName, "Wang^XiaoDong=王^小東")
            .Set(DicomTag.PixelSpacing, [0.5, 1.0 / 3])
            .Set(DicomTag.RealWorldValueSlope, [double.NegativeInfinity])
            .SetBytes(DicomTag.PixelData, DicomVR.OW, new byte[] { 1, 2, 3, 4 })
            .SetSequence(DicomTag.ReferencedImageSequence, new DicomDataset().Set(DicomTag.ReferencedSOPInstanceUID, "1.2"));
        using var json = JsonDocument.Parse(DicomJson.Write(dataset));

        var read = DicomJson.Read(json.RootElement);

        Assert.Equal(dataset.Encode(DicomTransferSyntax.ExplicitVRLittleEndian), read.Encode(DicomTransferSyntax.ExplicitVRLittleEndian));
    }

    [Theory]
    [InlineData("[]", "json-invalid")]
    [InlineData("""{"nonsense":{}}""", "json-invalid")]
    [InlineData("""{"00080060":{"vr":"??"}}""", "json-invalid")]
    [InlineData("""{"00080060":{"vr":"CS","Value":"MR"}}""", "json-invalid")]
    [InlineData("""{"7FE00010":{"vr":"OW","BulkDataURI":"x"}}""", "bulk-data-not-here")]
    [InlineData("""{"00280010":{"vr":"US","Value":[70000]}}""", "value-not-representable")]
    public void WhatIsNotTheModelIsRefused(string text, string code)
    {
        using var json = JsonDocument.Parse(text);
        Assert.Equal(code, Assert.ThrowsAny<DicomException>(() => DicomJson.Read(json.RootElement)).Code);
    }
}
