using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>RLE Lossless (PS3.5 annex G): one segment per byte of a pixel, most significant byte of each sample first.</summary>
internal sealed class RleFrames(FragmentTable fragments, PixelLayout layout) : FragmentedFrames(fragments)
{
    private const int HeaderLength = 64;

    // Two bytes make at most 128.
    public override long MostBytes(int frame) => Fragments.Length(frame) * 64;

    public override void Decode(int frame, Span<byte> destination)
    {
        if (layout.IsPacked) throw Invalid("Packed samples have no RLE form");
        var bytes = Frame(frame).Span;
        if (bytes.Length < HeaderLength) throw Invalid("An RLE header is cut");
        int samples = layout.Samples, sampleBytes = layout.SampleBytes;
        var segments = samples * sampleBytes;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != (uint)segments) throw Invalid("The number of RLE segments does not fit the header");
        var stride = segments;
        for (var s = 0; s < segments; s++)
        {
            var from = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 + 4 * s)..]);
            var to = s + 1 < segments ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[(8 + 4 * s)..]) : (uint)bytes.Length;
            if (from < HeaderLength || to < from || to > bytes.Length) throw Invalid("An RLE segment lies outside its frame");
            var sample = s / sampleBytes;
            var byteOfSample = sampleBytes - 1 - s % sampleBytes;
            Expand(bytes[(int)from..(int)to], destination, sample * sampleBytes + byteOfSample, stride, layout.Pixels);
        }
    }

    /// <summary>PackBits into every stride-th byte; stops when the plane is full, whatever the segment still holds.</summary>
    private static void Expand(ReadOnlySpan<byte> segment, Span<byte> destination, int at, int stride, int count)
    {
        var position = 0;
        while (count > 0)
        {
            if (position >= segment.Length) throw new DicomPixelException("frame-short", "An RLE segment ends before its plane is full", DicomTag.PixelData);
            var control = (sbyte)segment[position++];
            if (control >= 0)
            {
                var run = Math.Min(control + 1, count);
                if (run > segment.Length - position) throw Invalid("An RLE literal run is cut");
                foreach (var value in segment.Slice(position, run))
                {
                    destination[at] = value;
                    at += stride;
                }
                position += control + 1;
                count -= run;
            }
            else if (control != sbyte.MinValue)
            {
                if (position >= segment.Length) throw Invalid("An RLE repeat run is cut");
                var run = Math.Min(1 - control, count);
                var value = segment[position++];
                if (stride == 1)
                {
                    destination.Slice(at, run).Fill(value);
                    at += run;
                }
                else
                {
                    for (var i = 0; i < run; i++, at += stride) destination[at] = value;
                }
                count -= run;
            }
        }
    }

    private static DicomPixelException Invalid(string message) => new("rle-invalid", message, DicomTag.PixelData);
}
