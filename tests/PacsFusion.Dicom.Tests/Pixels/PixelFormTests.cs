using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PacsFusion.Dicom.Tests;

/// <summary>Packed and floating point samples, palettes, overlays, colour, and pixel data that stop short.</summary>
public class PixelFormTests
{
    private static DicomDataset Image(int rows, int columns, int allocated, int samples = 1, int frames = 1) =>
        new DicomDataset()
            .Set(DicomTag.SamplesPerPixel, samples).Set(DicomTag.PhotometricInterpretation, samples == 1 ? "MONOCHROME2" : "RGB")
            .Set(DicomTag.NumberOfFrames, frames).Set(DicomTag.Rows, rows).Set(DicomTag.Columns, columns)
            .Set(DicomTag.BitsAllocated, allocated).Set(DicomTag.BitsStored, allocated).Set(DicomTag.HighBit, allocated - 1).Set(DicomTag.PixelRepresentation, 0);

    private static float[] Values(DicomDataset dataset, DicomTransferSyntax? syntax = null, int frame = 0)
    {
        var pixels = DicomPixelData.Open(dataset, syntax ?? DicomTransferSyntax.ExplicitVRLittleEndian);
        var values = new float[pixels.Rows * pixels.Columns];
        pixels.ReadStoredValues(frame, values);
        return values;
    }

    [Fact]
    public void FloatsAndDoublesAreReadInEitherByteOrder()
    {
        float[] numbers = [0, -1.5f, 3.25e10f, float.Epsilon, 7, 8];
        var floats = Image(2, 3, 32).SetBytes(DicomTag.FloatPixelData, DicomVR.OF, MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray());
        double[] doubles = [.. numbers];
        var longs = Image(2, 3, 64).SetBytes(DicomTag.DoubleFloatPixelData, DicomVR.OD, MemoryMarshal.AsBytes(doubles.AsSpan()).ToArray());
        foreach (var dataset in (DicomDataset[])[floats, longs])
            foreach (var syntax in (DicomTransferSyntax[])[DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ExplicitVRBigEndian])
            {
                dataset.Remove(DicomTag.BitsStored);
                dataset.Remove(DicomTag.HighBit);
                var read = DicomDataset.Parse(dataset.Encode(syntax), syntax);
                Assert.Equal(numbers, Values(read, syntax));
                Assert.True(DicomPixelData.Open(read, syntax).IsFloat);
            }
    }

    [Fact]
    public void TwelveBitsPackedInThreeBytesAreUnpackedOverFrames()
    {
        // 5 pixels a frame: the second frame begins in the middle of a byte.
        int[] values = [0x123, 0xABC, 0xFFF, 0, 0x800, 1, 2, 3, 0x7FF, 0xE0E];
        var bits = new byte[16];
        for (var i = 0; i < values.Length; i++)
            for (var bit = 0; bit < 12; bit++)
                if ((values[i] >> bit & 1) != 0) bits[(12 * i + bit) / 8] |= (byte)(1 << (12 * i + bit) % 8);
        var dataset = Image(1, 5, 12, frames: 2).SetBytes(DicomTag.PixelData, DicomVR.OW, bits);
        foreach (var syntax in (DicomTransferSyntax[])[DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ExplicitVRBigEndian])
        {
            var read = DicomDataset.Parse(dataset.Encode(syntax), syntax);
            Assert.Equal(values[..5].Select(v => (float)v), Values(read, syntax, 0));
            Assert.Equal(values[5..].Select(v => (float)v), Values(read, syntax, 1));
        }
        var signed = Image(1, 5, 12).Set(DicomTag.PixelRepresentation, 1).SetBytes(DicomTag.PixelData, DicomVR.OW, bits);
        Assert.Equal([0x123, 0xABC - 4096, -1, 0, -2048], Values(signed));
    }

    [Fact]
    public void FramesThatAreThereCanBeHadWhereTheLastIsMissing()
    {
        var dataset = Image(2, 2, 8, frames: 3).SetBytes(DicomTag.PixelData, DicomVR.OB, new byte[] { 1, 1, 1, 1, 2, 2, 2, 2, 3, 3 });
        var pixels = DicomPixelData.Open(dataset, DicomTransferSyntax.ExplicitVRLittleEndian);
        Assert.Equal(["frames-fewer"], pixels.Warnings);
        Assert.Equal([2, 2, 2, 2], pixels.DecodeFrame(1));
        Assert.Equal("frame-missing", Assert.Throws<DicomPixelException>(() => pixels.DecodeFrame(2)).Code);
        Assert.Equal("frame-missing", Assert.Throws<DicomPixelException>(() => Values(dataset, frame: 2)).Code);
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(8, true)]
    [InlineData(16, false)]
    public void PalettesMapFromTheirFirstValueAndClampAtTheEnds(int bits, bool inWords)
    {
        var dataset = new DicomDataset().Set(DicomTag.PixelRepresentation, 0);
        byte[] red = [10, 20, 30, 40], green = [11, 21, 31, 41], blue = [12, 22, 32, 42];
        foreach (var (descriptor, data, table) in ((DicomTag, DicomTag, byte[])[])
                 [
                     (DicomTag.RedPaletteColorLookupTableDescriptor, DicomTag.RedPaletteColorLookupTableData, red),
                     (DicomTag.GreenPaletteColorLookupTableDescriptor, DicomTag.GreenPaletteColorLookupTableData, green),
                     (DicomTag.BluePaletteColorLookupTableDescriptor, DicomTag.BluePaletteColorLookupTableData, blue),
                 ])
        {
            dataset.Set(descriptor, [4, 100, bits]);
            dataset.SetBytes(data, DicomVR.OW, bits == 16 ? table.SelectMany(v => new byte[] { 0x55, v }).ToArray() : inWords ? table.SelectMany(v => new byte[] { v, 0 }).ToArray() : table);
        }
        var palette = DicomPalette.Read(dataset);
        var rgb = new byte[12];
        palette.Apply([0, 100, 102, 5000], rgb);
        Assert.Equal([10, 11, 12, 10, 11, 12, 30, 31, 32, 40, 41, 42], rgb);
        dataset.Remove(DicomTag.GreenPaletteColorLookupTableData);
        Assert.Equal("palette-invalid", Assert.Throws<DicomPixelException>(() => DicomPalette.Read(dataset)).Code);
    }

    [Fact]
    public void OverlaysAreCutAtTheImagesEdge()
    {
        var dataset = Image(3, 3, 8).SetBytes(DicomTag.PixelData, DicomVR.OB, new byte[10]);
        // All bits of a 3 x 3 overlay set, one row and column up and left of the image, on frame 1.
        dataset.Set(new DicomTag(0x6002, 0x0010), 3).Set(new DicomTag(0x6002, 0x0011), 3).Set(new DicomTag(0x6002, 0x0050), [0, 0])
            .Set(new DicomTag(0x6002, 0x0040), DicomVR.CS, "G").SetBytes(new DicomTag(0x6002, 0x3000), DicomVR.OW, new byte[] { 0xFF, 0x01 });
        var overlay = Assert.Single(DicomOverlay.ReadAll(dataset));
        var mask = new byte[9];
        Assert.True(overlay.Draw(DicomPixelData.Open(dataset, DicomTransferSyntax.ExplicitVRLittleEndian), 0, mask));
        Assert.Equal([1, 1, 0, 1, 1, 0, 0, 0, 0], mask);
        Assert.Equal((0x6002, 0, 0, "G"), (overlay.Group, overlay.OriginRow, overlay.OriginColumn, overlay.Type));
        dataset.Set(new DicomTag(0x6002, 0x0010), 60_000);
        Assert.Empty(DicomOverlay.ReadAll(dataset));
    }

    [Fact]
    public void OverlaysInHighBitsAreKeptApartFromTheValues()
    {
        var bytes = new byte[8];
        foreach (var (i, value) in new[] { 0x0FFF, 0x1234, 0x8001, 0x1000 }.Index()) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), (ushort)value);
        var dataset = Image(2, 2, 16).Set(DicomTag.BitsStored, 12).Set(DicomTag.HighBit, 11).SetBytes(DicomTag.PixelData, DicomVR.OW, bytes);
        dataset.Set(new DicomTag(0x6000, 0x0010), 2).Set(new DicomTag(0x6000, 0x0011), 2).Set(new DicomTag(0x6000, 0x0100), 16).Set(new DicomTag(0x6000, 0x0102), 12);
        Assert.Equal([0xFFF, 0x234, 1, 0], Values(dataset));
        var mask = new byte[4];
        var overlay = Assert.Single(DicomOverlay.ReadAll(dataset));
        Assert.True(overlay.Draw(DicomPixelData.Open(dataset, DicomTransferSyntax.ExplicitVRLittleEndian), 0, mask));
        Assert.Equal([0, 1, 0, 1], mask);
    }

    [Fact]
    public void YbrBecomesRgb()
    {
        // The primaries and white by PS3.3 C.7.6.3.1.2.
        var dataset = Image(1, 4, 8, samples: 3).Set(DicomTag.PhotometricInterpretation, "YBR_FULL").Set(DicomTag.PlanarConfiguration, 0)
            .SetBytes(DicomTag.PixelData, DicomVR.OB, new byte[] { 76, 85, 255, 150, 44, 21, 29, 255, 107, 255, 128, 128 });
        var rgb = new byte[12];
        DicomPixelData.Open(dataset, DicomTransferSyntax.ExplicitVRLittleEndian).ReadRgb(0, rgb);
        byte[] expected = [254, 0, 0, 0, 255, 1, 0, 0, 254, 255, 255, 255];
        Assert.All(rgb.Zip(expected), pair => Assert.InRange(pair.First, pair.Second - 1, pair.Second + 1));
        var halved = Image(1, 2, 8, samples: 3).Set(DicomTag.PhotometricInterpretation, "YBR_FULL_422").SetBytes(DicomTag.PixelData, DicomVR.OB, new byte[] { 255, 0, 128, 128 });
        DicomPixelData.Open(halved, DicomTransferSyntax.ExplicitVRLittleEndian).ReadRgb(0, rgb);
        Assert.Equal([255, 255, 255, 0, 0, 0], rgb[..6]);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(8)]
    public void PalettesInSegmentsAreExpanded(int bits)
    {
        // Three entries, a line of four to 240, the first two segments once more, and one entry.
        var full = bits == 16 ? 257 : 1;
        int[] segments = bits == 16
            ? [0, 3, 10 * full, 20 * full, 0, 1, 4, 240 * full, 2, 2, 0, 0, 0, 1, 7 * full]
            : [0, 3, 10, 20, 0, 1, 4, 240, 2, 2, 0, 0, 0, 0, 0, 1, 7];
        byte[] expected = [10, 20, 0, 60, 120, 180, 240, 10, 20, 0, 60, 120, 180, 240, 7];
        var bytes = bits == 16 ? segments.SelectMany(v => BitConverter.GetBytes((ushort)v)).ToArray() : [.. segments.Select(v => (byte)v)];
        var dataset = new DicomDataset().Set(DicomTag.PixelRepresentation, 0);
        foreach (var (descriptor, data) in Segmented) dataset.Set(descriptor, [expected.Length, 0, bits]).SetBytes(data, DicomVR.OW, bytes);
        var rgb = new byte[expected.Length * 3];
        foreach (var syntax in (DicomTransferSyntax[])[DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ExplicitVRBigEndian])
        {
            DicomPalette.Read(DicomDataset.Parse(dataset.Encode(syntax), syntax)).Apply([.. Enumerable.Range(0, expected.Length).Select(i => (float)i)], rgb);
            Assert.Equal(expected.SelectMany(v => new[] { v, v, v }), rgb);
        }
    }

    [Theory]
    [InlineData(0, 3, 1, 2)]
    [InlineData(1, 3, 1)]
    [InlineData(2, 1, 0, 0)]
    [InlineData(0, 1, 5, 2, 1, 6, 0, 0, 9, 9)]
    [InlineData(0, 1, 5, 2, 1, 0xFFFF, 0xFFFF)]
    [InlineData(0, 0, 0, 0, 0, 0, 0)]
    [InlineData(7, 1, 1)]
    [InlineData]
    public void SegmentsThatMakeNoTableAreRefused(params int[] segments)
    {
        var dataset = new DicomDataset();
        foreach (var (descriptor, data) in Segmented) dataset.Set(descriptor, [3, 0, 16]).SetBytes(data, DicomVR.OW, segments.SelectMany(v => BitConverter.GetBytes((ushort)v)).ToArray());
        var refusal = Assert.Throws<DicomPixelException>(() => DicomPalette.Read(dataset));
        Assert.Equal(("palette-invalid", DicomTag.SegmentedRedPaletteColorLookupTableData), (refusal.Code, refusal.Tag!.Value));
    }

    private static readonly (DicomTag Descriptor, DicomTag Data)[] Segmented =
    [
        (DicomTag.RedPaletteColorLookupTableDescriptor, DicomTag.SegmentedRedPaletteColorLookupTableData), (DicomTag.GreenPaletteColorLookupTableDescriptor, DicomTag.SegmentedGreenPaletteColorLookupTableData),
        (DicomTag.BluePaletteColorLookupTableDescriptor, DicomTag.SegmentedBluePaletteColorLookupTableData),
    ];
}
