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

    /// <summary>Invariant 10, bounded: ten megabytes of the shortest values there are never become a string each.</summary>
    [Theory]
    [InlineData(DicomVR.DS, "1\\")]
    [InlineData(DicomVR.DS, "x\\")]
    [InlineData(DicomVR.CS, "A\\")]
    [InlineData(DicomVR.LO, "\\")]
    [InlineData(DicomVR.UT, "\u0001")]
    [InlineData(DicomVR.LT, "\u00E9")]
    [InlineData(DicomVR.US, "\0\u0001")]
    [InlineData(DicomVR.UV, "\0\u0001\u0002\u0003\u0004\u0005\u0006\a")]
    [InlineData(DicomVR.FL, "\0\0\u0080?")]
    [InlineData(DicomVR.AT, "\0\0\u0080?")]
    public void ALargeValueIsWrittenWithoutManyTimesItsSize(DicomVR vr, string unit)
    {
        const int Length = 10_000_000;
        var value = new byte[Length];
        for (var i = 0; i < Length; i++) value[i] = (byte)unit[i % unit.Length];
        var dataset = new DicomDataset().SetBytes(new DicomTag(0x0009, 0x1001), vr, value);
        long used = 0, written = 0;
        // Twice: what the pools keep is not this value's.
        for (var i = 0; i < 2; i++)
        {
            var output = new Counter();
            var before = GC.GetAllocatedBytesForCurrentThread();
            DicomJson.Write(dataset, output);
            used = GC.GetAllocatedBytesForCurrentThread() - before;
            written = output.Written;
        }
        Assert.True(written > Length / 8, $"{written} bytes");
        // Tags have a string each, but one after the other.
        Assert.InRange(used, 0, vr == DicomVR.AT ? 200_000_000 : 40_000_000);
    }

    [Fact]
    public void LongTextInPiecesComesBackWhole()
    {
        // Pairs of surrogates lie on the seams of pieces.
        var text = "x" + string.Concat(Enumerable.Repeat("𝛼é\u0001\"", 20_000));
        var dataset = new DicomDataset().Set(DicomTag.SpecificCharacterSet, "ISO_IR 192").Set(DicomTag.ImageComments, DicomVR.LT, text);
        using var json = JsonDocument.Parse(DicomJson.Write(dataset));
        Assert.Equal(text, json.RootElement.GetProperty("00204000").GetProperty("Value")[0].GetString());
    }

    private sealed class Counter : System.Buffers.IBufferWriter<byte>
    {
        private byte[] _buffer = new byte[16 << 10];

        public long Written { get; private set; }

        public void Advance(int count) => Written += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (_buffer.Length < sizeHint) _buffer = new byte[sizeHint];
            return _buffer;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
