using System.Buffers.Binary;
using System.IO.Compression;

namespace PacsFusion.Dicom.Tests;

public class PixelTests
{
    private static DicomDataset Image(int rows, int columns, int allocated, int stored, int high, bool signed, int samples = 1, int frames = 1)
    {
        var dataset = new DicomDataset()
            .Set(DicomTag.SamplesPerPixel, samples)
            .Set(DicomTag.PhotometricInterpretation, samples == 1 ? "MONOCHROME2" : "RGB")
            .Set(DicomTag.Rows, rows).Set(DicomTag.Columns, columns)
            .Set(DicomTag.BitsAllocated, allocated).Set(DicomTag.BitsStored, stored).Set(DicomTag.HighBit, high)
            .Set(DicomTag.PixelRepresentation, signed ? 1 : 0);
        if (frames > 1) dataset.Set(DicomTag.NumberOfFrames, frames);
        return dataset;
    }

    private static float[] Values(DicomDataset dataset, DicomTransferSyntax? syntax = null, int frame = 0)
    {
        var pixels = DicomPixelData.Open(dataset, syntax ?? DicomTransferSyntax.ExplicitVRLittleEndian);
        var values = new float[pixels.Rows * pixels.Columns];
        pixels.ReadStoredValues(frame, values);
        return values;
    }

    [Theory]
    [InlineData(16, 12, 11, true)]
    [InlineData(16, 12, 11, false)]
    [InlineData(16, 12, 14, true)]
    [InlineData(16, 16, 15, true)]
    [InlineData(16, 16, 15, false)]
    [InlineData(8, 7, 6, true)]
    [InlineData(8, 8, 7, false)]
    [InlineData(32, 20, 19, true)]
    public void ValuesAreCutToTheirBitsAndSignExtended(int allocated, int stored, int high, bool signed)
    {
        const int rows = 7, columns = 13;
        var random = new Random(stored);
        var bytes = new byte[rows * columns * allocated / 8];
        random.NextBytes(bytes);
        var expected = new float[rows * columns];
        for (var i = 0; i < expected.Length; i++)
        {
            // Bit by bit, so that nothing is shared with the code under test.
            long value = 0;
            for (var bit = 0; bit < stored; bit++)
            {
                var at = i * allocated + high - stored + 1 + bit;
                if ((bytes[at / 8] >> at % 8 & 1) != 0) value += signed && bit == stored - 1 ? -(1L << bit) : 1L << bit;
            }
            expected[i] = value;
        }
        var dataset = Image(rows, columns, allocated, stored, high, signed).SetBytes(DicomTag.PixelData, DicomVR.OW, Padded(bytes));
        Assert.Equal(expected, Values(dataset));
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(8, 3)]
    [InlineData(16, 1)]
    [InlineData(16, 3)]
    [InlineData(32, 1)]
    public void EverySyntaxGivesTheSamePixels(int bits, int samples)
    {
        const int rows = 3, columns = 5, frames = 3;
        var size = rows * columns * samples * bits / 8;
        var random = new Random(bits + samples);
        var images = Enumerable.Range(0, frames).Select(_ => new byte[size]).ToArray();
        foreach (var image in images)
        {
            for (var i = 0; i < size; i++) image[i] = (byte)(random.Next(3) * 7);
        }
        var all = Padded(images.SelectMany(i => i).ToArray());
        var native = Image(rows, columns, bits, bits, bits - 1, false, samples, frames).SetBytes(DicomTag.PixelData, DicomVR.OW, all);
        var little = DicomDataset.Parse(native.Encode(DicomTransferSyntax.ExplicitVRLittleEndian), DicomTransferSyntax.ExplicitVRLittleEndian);
        var big = DicomDataset.Parse(native.Encode(DicomTransferSyntax.ExplicitVRBigEndian), DicomTransferSyntax.ExplicitVRBigEndian);
        var rle = native.Clone().SetEncapsulatedPixelData([.. images.Select(i => (ReadOnlyMemory<byte>)Rle(i, samples, bits / 8))]);
        var deflated = native.Clone().SetEncapsulatedPixelData([.. images.Select(i => (ReadOnlyMemory<byte>)Deflated(i))]);
        var wrapped = native.Clone().SetEncapsulatedPixelData([.. images.Select(i => (ReadOnlyMemory<byte>)i)]);
        var planar = native.Clone().Set(DicomTag.PlanarConfiguration, 1)
            .SetBytes(DicomTag.PixelData, DicomVR.OW, Padded(images.SelectMany(i => Planes(i, samples, bits / 8)).ToArray()));
        foreach (var (dataset, syntax) in ((DicomDataset, DicomTransferSyntax)[])
                 [
                     (little, DicomTransferSyntax.ExplicitVRLittleEndian), (big, DicomTransferSyntax.ExplicitVRBigEndian), (rle, DicomTransferSyntax.RleLossless),
                     (deflated, DicomTransferSyntax.DeflatedImageFrame), (wrapped, DicomTransferSyntax.EncapsulatedUncompressedExplicitVRLittleEndian),
                     (planar, DicomTransferSyntax.ExplicitVRLittleEndian),
                 ])
        {
            var pixels = DicomPixelData.Open(dataset, syntax);
            Assert.True(pixels.CanDecode);
            for (var frame = 0; frame < frames; frame++) Assert.Equal(images[frame], pixels.DecodeFrame(frame));
        }
    }

    [Fact]
    public void FramesAreFoundByWhateverTableIsRight()
    {
        byte[][] images = [[1, 1, 1, 1], [2, 2, 2, 2]];
        byte[][] fragments = [[1, 1], [1, 1], [2, 2, 2, 2]];
        var header = Image(2, 2, 8, 8, 7, false, 1, 2);
        var syntax = DicomTransferSyntax.EncapsulatedUncompressedExplicitVRLittleEndian;
        var right = Offsets(4, 0, 20);
        foreach (var (basic, extended, parts) in ((byte[], byte[]?, byte[][])[])
                 [
                     (right, null, fragments), ([], Offsets(8, 0, 20), fragments), (Offsets(4, 0, 999), Offsets(8, 0, 20), fragments),
                     ([], null, images), (Offsets(4, 4, 8), null, images), (Offsets(4, 0, 12), null, images),
                 ])
        {
            var dataset = header.Clone();
            if (extended is not null) dataset.SetBytes(DicomTag.ExtendedOffsetTable, DicomVR.OV, extended);
            var bytes = new DatasetBytes(syntax).Raw(dataset.Encode(syntax)).Fragments(0x7FE00010, basic, parts).ToArray();
            var pixels = DicomPixelData.Open(DicomDataset.Parse(bytes, syntax), syntax);
            Assert.Equal(images[0], pixels.DecodeFrame(0));
            Assert.Equal(images[1], pixels.DecodeFrame(1));
        }
        var lost = new DatasetBytes(syntax).Raw(header.Encode(syntax)).Fragments(0x7FE00010, [], fragments).ToArray();
        Assert.Equal("frames-not-located", Assert.Throws<DicomPixelException>(() => DicomPixelData.Open(DicomDataset.Parse(lost, syntax), syntax)).Code);
    }

    [Fact]
    public void EmptyFragmentsAreNoFramesAndRleFramesAreKnownByTheirHeaders()
    {
        var syntax = DicomTransferSyntax.RleLossless;
        byte[][] images = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 9, 9, 9]];
        var frames = images.Select(image => RleEncoder.Encode(image, 1, 1)).ToArray();
        var header = Image(2, 2, 8, 8, 7, false, 1, images.Length).Encode(syntax);
        foreach (var fragments in (byte[][][])[frames, [frames[0], [], frames[1], frames[2]], [[], .. frames], [.. frames, []], [frames[0][..66], frames[0][66..], frames[1], frames[2]]])
        {
            var bytes = new DatasetBytes(syntax).Raw(header).Fragments(0x7FE00010, [], fragments).ToArray();
            var pixels = DicomPixelData.Open(DicomDataset.Parse(bytes, syntax), syntax);
            for (var i = 0; i < images.Length; i++) Assert.Equal(images[i], pixels.DecodeFrame(i));
        }
    }

    [Fact]
    public void AHeaderThatPromisesMoreThanThereIsAllocatesNothing()
    {
        var dataset = Image(65535, 65535, 32, 32, 31, false, 1, int.MaxValue).SetBytes(DicomTag.PixelData, DicomVR.OW, new byte[16]);
        Assert.Throws<DicomPixelException>(() => DicomPixelData.Open(dataset, DicomTransferSyntax.ExplicitVRLittleEndian));
        var smaller = Image(20_000, 20_000, 16, 16, 15, false, 1, int.MaxValue).SetBytes(DicomTag.PixelData, DicomVR.OW, new byte[16]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("pixel-data-short", Assert.Throws<DicomPixelException>(() => DicomPixelData.Open(smaller, DicomTransferSyntax.ExplicitVRLittleEndian)).Code);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 * 1024);
    }

    private static byte[] Padded(byte[] bytes) => bytes.Length % 2 == 0 ? bytes : [.. bytes, 0];

    private static byte[] Offsets(int width, params ulong[] values)
    {
        var bytes = new byte[width * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (width == 8) BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), values[i]);
            else BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 4), (uint)values[i]);
        }
        return bytes;
    }

    private static byte[] Planes(byte[] pixels, int samples, int sampleBytes)
    {
        var planes = new byte[pixels.Length];
        var count = pixels.Length / samples / sampleBytes;
        for (var p = 0; p < count; p++)
        {
            for (var s = 0; s < samples; s++) Array.Copy(pixels, (p * samples + s) * sampleBytes, planes, (s * count + p) * sampleBytes, sampleBytes);
        }
        return planes;
    }

    private static byte[] Deflated(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var deflate = new DeflateStream(stream, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(bytes);
        return stream.ToArray();
    }

    /// <summary>RLE with literal runs and, where three or more are equal, repeat runs.</summary>
    private static byte[] Rle(byte[] pixels, int samples, int sampleBytes)
    {
        var segments = samples * sampleBytes;
        var header = new byte[64];
        BinaryPrimitives.WriteInt32LittleEndian(header, segments);
        var body = new List<byte>();
        for (var s = 0; s < segments; s++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4 + 4 * s), 64 + body.Count);
            var offset = s / sampleBytes * sampleBytes + (sampleBytes - 1 - s % sampleBytes);
            var plane = Enumerable.Range(0, pixels.Length / segments).Select(i => pixels[i * segments + offset]).ToArray();
            for (var i = 0; i < plane.Length;)
            {
                var run = 1;
                while (i + run < plane.Length && plane[i + run] == plane[i] && run < 128) run++;
                if (run >= 3)
                {
                    body.AddRange([(byte)(1 - run), plane[i]]);
                    i += run;
                }
                else
                {
                    body.AddRange([0, plane[i]]);
                    i++;
                }
            }
            if (body.Count % 2 != 0) body.Add(0);
        }
        return [.. header, .. body];
    }
}
