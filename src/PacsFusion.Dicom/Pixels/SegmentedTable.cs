using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>A colour table in segments (PS3.3 C.7.9.2): runs of entries, straight lines between entries, and references to earlier segments.</summary>
internal static class SegmentedTable
{
    private const int Discrete = 0, Linear = 1, Indirect = 2;

    /// <summary>Expands segments until the table is full; what they hold beyond it is passed over.</summary>
    /// <param name="data">Segments, little endian.</param>
    /// <param name="width">Bytes of an operation code, a length and an entry: 1 or 2.</param>
    /// <param name="table">The entries.</param>
    /// <returns>False where the segments are cut, make no sense or do not fill the table.</returns>
    public static bool TryExpand(ReadOnlySpan<byte> data, int width, Span<ushort> table)
    {
        var count = 0;
        return Run(data, 0, int.MaxValue, width, table, ref count, mayRefer: true) && count == table.Length;
    }

    private static bool Run(ReadOnlySpan<byte> data, int at, int segments, int width, Span<ushort> table, ref int count, bool mayRefer)
    {
        // Each segment fills at least one entry or ends the run, so that the table bounds the work.
        for (; segments > 0 && count < table.Length && data.Length - at >= 2 * width; segments--)
        {
            int code = Number(data, at, width), length = Number(data, at + width, width);
            at += 2 * width;
            var before = count;
            switch (code)
            {
                case Discrete:
                    for (var i = 0; i < length && count < table.Length; i++, at += width)
                    {
                        if (data.Length - at < width) return false;
                        table[count++] = (ushort)Number(data, at, width);
                    }
                    break;
                case Linear when count > 0 && data.Length - at >= width:
                    int from = table[count - 1], to = Number(data, at, width);
                    at += width;
                    for (var i = 1; i <= length && count < table.Length; i++)
                        table[count++] = (ushort)Math.Round(from + (to - from) * (double)i / length, MidpointRounding.AwayFromZero);
                    break;
                case Indirect when mayRefer && count > 0 && data.Length - at >= (width == 1 ? 4 : 2 * width):
                    // A byte offset of 32 bits, in two entries of 16 or four of 8 bits.
                    var offset = BinaryPrimitives.ReadUInt32LittleEndian(data[at..]);
                    at += 4;
                    if (offset >= (uint)data.Length || !Run(data, (int)offset, length, width, table, ref count, mayRefer: false)) return false;
                    break;
                default:
                    return false;
            }
            if (count == before) return false;
        }
        return true;
    }

    private static int Number(ReadOnlySpan<byte> data, int at, int width) => width == 1 ? data[at] : BinaryPrimitives.ReadUInt16LittleEndian(data[at..]);
}
