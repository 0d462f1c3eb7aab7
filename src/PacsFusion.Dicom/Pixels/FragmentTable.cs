using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>
/// Which fragments make which frame (PS3.5 A.4). The offset table of the data is believed only where it points at the
/// starts of fragments; otherwise the counts decide.
/// </summary>
internal sealed class FragmentTable
{
    private const uint Item = 0xE000FFFE;

    private readonly ReadOnlyMemory<byte>[] _fragments;
    private readonly int[] _firstFragment;

    private FragmentTable(ReadOnlyMemory<byte>[] fragments, int[] firstFragment)
    {
        _fragments = fragments;
        _firstFragment = firstFragment;
    }

    /// <summary>Finds the fragments of each frame.</summary>
    /// <exception cref="DicomPixelException">fragment-beyond-end, fragments-missing, frames-not-located.</exception>
    public static FragmentTable Read(DicomDataset dataset, in DicomElement element, PixelLayout layout)
    {
        var bytes = element.Slot.Value;
        var fragments = new List<ReadOnlyMemory<byte>>();
        var starts = new List<long>();
        ReadOnlyMemory<byte> basicOffsets = default;
        var position = 0;
        var first = true;
        var origin = 0;
        while (bytes.Length - position >= 8)
        {
            var span = bytes.Span[position..];
            var length = BinaryPrimitives.ReadUInt32LittleEndian(span[4..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(span) != Item || length > (uint)(span.Length - 8))
                throw new DicomPixelException("fragment-beyond-end", "A fragment claims more bytes than there are", DicomTag.PixelData);
            var content = bytes.Slice(position + 8, (int)length);
            if (first)
            {
                basicOffsets = content;
                origin = position + 8 + (int)length;
            }
            else
            {
                fragments.Add(content);
                starts.Add(position - origin);
            }
            first = false;
            position += 8 + (int)length;
        }
        if (fragments.Count == 0) throw new DicomPixelException("fragments-missing", "Pixel Data hold no fragment", DicomTag.PixelData);
        var all = fragments.ToArray();
        // Frame starts may be no more than fragments: the number of frames of the header is never a size by itself.
        var table = ByOffsets(dataset.GetBytes(DicomTag.ExtendedOffsetTable).Span, 8, starts, layout.Frames)
            ?? ByOffsets(basicOffsets.Span, 4, starts, layout.Frames)
            ?? ByCount(all, layout.Frames)
            ?? ByStartMarkers(all, layout.Frames);
        return table is null
            ? throw new DicomPixelException("frames-not-located", "The fragments cannot be told apart into frames", DicomTag.PixelData)
            : new FragmentTable(all, table) { IsShort = table.Length < layout.Frames };
    }

    /// <summary>True where fewer frames were found than the header promises.</summary>
    public bool IsShort { get; private init; }

    /// <summary>How many bytes there are of a frame.</summary>
    public long Length(int frame)
    {
        if (frame >= _firstFragment.Length) throw Missing();
        var total = 0L;
        var to = frame + 1 < _firstFragment.Length ? _firstFragment[frame + 1] : _fragments.Length;
        for (var i = _firstFragment[frame]; i < to; i++) total += _fragments[i].Length;
        return total;
    }

    /// <summary>The bytes of a frame; copied only where it has several fragments.</summary>
    public ReadOnlyMemory<byte> Frame(int frame)
    {
        if (frame >= _firstFragment.Length) throw Missing();
        var from = _firstFragment[frame];
        var to = frame + 1 < _firstFragment.Length ? _firstFragment[frame + 1] : _fragments.Length;
        if (to - from == 1) return _fragments[from];
        var joined = new byte[Length(frame)];
        var at = 0;
        for (var i = from; i < to; i++)
        {
            _fragments[i].CopyTo(joined.AsMemory(at));
            at += _fragments[i].Length;
        }
        return joined;
    }

    private static DicomPixelException Missing() => new("frame-missing", "There are fewer frames than the header says", DicomTag.NumberOfFrames);

    private static int[]? ByOffsets(ReadOnlySpan<byte> offsets, int width, List<long> starts, int frames)
    {
        if (offsets.Length != (long)frames * width || frames > starts.Count) return null;
        var table = new int[frames];
        for (var i = 0; i < frames; i++)
        {
            var at = offsets[(i * width)..];
            var offset = width == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadInt64LittleEndian(at);
            var found = starts.BinarySearch(offset);
            if (found < 0 || i == 0 && found != 0 || i > 0 && found <= table[i - 1]) return null;
            table[i] = found;
        }
        return table;
    }

    private static int[]? ByCount(ReadOnlyMemory<byte>[] fragments, int frames)
    {
        if (frames == 1) return [0];
        if (fragments.Length < frames) return null;
        // A fragment without bytes is no frame.
        var filled = fragments.Count(fragment => !fragment.IsEmpty);
        if (fragments.Length != frames && filled != frames) return null;
        var table = new int[frames];
        for (int i = 0, at = 0; at < frames; i++)
        {
            if (fragments.Length == frames || !fragments[i].IsEmpty) table[at++] = i;
        }
        return table;
    }

    /// <summary>JPEG, JPEG-LS, JPEG 2000 and RLE frames begin with bytes that no continued fragment is likely to have.</summary>
    private static int[]? ByStartMarkers(ReadOnlyMemory<byte>[] fragments, int frames)
    {
        var table = new List<int>();
        for (var i = 0; i < fragments.Length; i++)
        {
            var head = fragments[i].Span;
            if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) || head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) || IsRleHeader(head)) table.Add(i);
        }
        // Fewer frames than promised: those that are there can still be had.
        return table.Count > 0 && table[0] == 0 && table.Count <= frames ? [.. table]
            : fragments.Length < frames ? [.. Enumerable.Range(0, fragments.Length)]
            : null;
    }

    // 1 to 15 segments, the first of them right behind the header (PS3.5 G.5).
    private static bool IsRleHeader(ReadOnlySpan<byte> head) =>
        head.Length >= 64 && head[0] is >= 1 and <= 15 && head[1..8].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 64, 0, 0, 0]);
}
