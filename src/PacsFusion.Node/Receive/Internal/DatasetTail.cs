using System.Buffers.Binary;

namespace PacsFusion.Node.Receive;

/// <summary>
/// Whether a data set goes on to its end from where its pixel data begins: lengths only, no pixel is looked at (PS3.5 sections 7.1 and A.4).
/// Little endian; what it does not know it lets pass.
/// </summary>
internal static class DatasetTail
{
    private const uint Undefined = 0xFFFFFFFF;
    private const uint PixelData = 0x7FE00010;
    private const uint Item = 0xFFFEE000;
    private const uint SequenceDelimiter = 0xFFFEE0DD;

    // More fragments than frames of any object there is; beyond it the walk costs more than it tells.
    private const int MaxItems = 1_000_000;

    /// <summary>False where an element or fragment reaches beyond the end.</summary>
    /// <param name="incoming">The data set.</param>
    /// <param name="start">Where its first element at or behind the pixel data begins.</param>
    /// <param name="isExplicit">Whether elements carry their VR.</param>
    public static bool IsComplete(IncomingObject incoming, long start, bool isExplicit)
    {
        Span<byte> head = stackalloc byte[12];
        var at = start;
        // A few stray bytes behind the last element are common and harmless.
        while (incoming.Length - at >= 8)
        {
            var got = incoming.ReadAt(head, at);
            var tag = TagOf(head);
            var (headLength, length) = isExplicit ? Explicit(head[..got]) : (8, BinaryPrimitives.ReadUInt32LittleEndian(head[4..]));
            if (headLength == 0) return false;
            at += headLength;
            if (length == Undefined)
            {
                if (tag != PixelData) return true;
                if (Fragments(incoming, at) is not { } end) return false;
                at = end;
            }
            else if (length > incoming.Length - at)
            {
                return false;
            }
            else
            {
                at += length;
            }
        }

        return true;
    }

    private static long? Fragments(IncomingObject incoming, long at)
    {
        Span<byte> head = stackalloc byte[8];
        for (var count = 0; count < MaxItems; count++)
        {
            if (incoming.ReadAt(head, at) < head.Length) return null;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            at += head.Length;
            if (TagOf(head) == SequenceDelimiter) return at;
            if (TagOf(head) != Item || length > incoming.Length - at) return null;
            at += length;
        }

        return incoming.Length;
    }

    private static (int HeadLength, uint Length) Explicit(ReadOnlySpan<byte> head)
    {
        var isLong = head[4..6] switch
        {
            [(byte)'O', _] or [(byte)'S', (byte)'Q' or (byte)'V'] or [(byte)'U', (byte)'N' or (byte)'T' or (byte)'C' or (byte)'R' or (byte)'V'] => true,
            _ => false,
        };
        if (!isLong) return (8, BinaryPrimitives.ReadUInt16LittleEndian(head[6..]));
        return head.Length < 12 ? (0, 0) : (12, BinaryPrimitives.ReadUInt32LittleEndian(head[8..]));
    }

    private static uint TagOf(ReadOnlySpan<byte> head) =>
        ((uint)BinaryPrimitives.ReadUInt16LittleEndian(head) << 16) | BinaryPrimitives.ReadUInt16LittleEndian(head[2..]);
}
