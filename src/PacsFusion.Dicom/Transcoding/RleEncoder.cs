using System.Buffers;
using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>RLE Lossless (PS3.5 annex G), the mirror of <see cref="RleFrames"/>.</summary>
internal static class RleEncoder
{
    private const int HeaderLength = 64, LongestRun = 128, MostSegments = 15;

    public static byte[] Encode(ReadOnlySpan<byte> frame, int samples, int sampleBytes)
    {
        var segments = samples * sampleBytes;
        if (segments > MostSegments) throw new DicomPixelException("transfer-syntax-not-encodable", "RLE has at most 15 segments", DicomTag.BitsAllocated);
        var pixels = frame.Length / segments;
        // The worst case is one byte more in every 128.
        var worst = (long)HeaderLength + segments * (pixels + pixels / LongestRun + 2L);
        if (worst > Array.MaxLength) throw new DicomPixelException("pixel-data-too-large", "A frame is larger than can be held", DicomTag.PixelData);
        var output = ArrayPool<byte>.Shared.Rent((int)worst);
        var plane = ArrayPool<byte>.Shared.Rent(pixels);
        try
        {
            output.AsSpan(0, HeaderLength).Clear();
            BinaryPrimitives.WriteInt32LittleEndian(output, segments);
            var position = HeaderLength;
            for (var s = 0; s < segments; s++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(output.AsSpan(4 + 4 * s), position);
                var at = s / sampleBytes * sampleBytes + (sampleBytes - 1 - s % sampleBytes);
                for (var i = 0; i < pixels; i++, at += segments) plane[i] = frame[at];
                position += Pack(plane.AsSpan(0, pixels), output.AsSpan(position));
                if ((position & 1) != 0) output[position++] = 0;
            }
            return output.AsSpan(0, position).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plane);
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    private static int Pack(ReadOnlySpan<byte> plane, Span<byte> output)
    {
        int position = 0, literal = 0;
        for (var i = 0; i < plane.Length;)
        {
            var run = Run(plane[i..]);
            // A run of two inside literals saves nothing.
            if (run < 3)
            {
                i += run;
                continue;
            }
            position += Literals(plane[literal..i], output[position..]);
            output[position++] = (byte)(1 - run);
            output[position++] = plane[i];
            literal = i += run;
        }
        return position + Literals(plane[literal..], output[position..]);
    }

    private static int Literals(ReadOnlySpan<byte> bytes, Span<byte> output)
    {
        var position = 0;
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, LongestRun);
            output[position++] = (byte)(count - 1);
            bytes[..count].CopyTo(output[position..]);
            position += count;
            bytes = bytes[count..];
        }
        return position;
    }

    private static int Run(ReadOnlySpan<byte> bytes)
    {
        var most = Math.Min(bytes.Length, LongestRun);
        var differs = bytes[..most].IndexOfAnyExcept(bytes[0]);
        return differs < 0 ? most : differs;
    }
}
