using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace PacsFusion.Node.Receive;

/// <summary>
/// The bytes of a segment (little endian). A 4096-byte head names the generation; records follow, each
/// head, data set, trailer, zeros up to the next 4096: no page is written twice in one generation, so a torn write
/// cannot reach a record that was acknowledged before it. A recycled segment gets a new generation,
/// which makes every record of the old one invalid at once.
/// </summary>
internal static class JournalFormat
{
    public const int Alignment = 4096;
    public const int SegmentHeadLength = Alignment;
    public const int TrailerLength = 16;

    /// <summary>Longest text of an entry, UTF-8 bytes; longer ones are refused before they get here.</summary>
    public const int MaxTextLength = 1024;

    private const ulong SegmentMagic = 0x3130_4745_5346_5350;
    private const uint RecordMagic = 0x3152_4650;
    private const uint TrailerMagic = 0x4552_4650;
    private const int FixedHeadLength = 56;
    private const int HeadCrcOffset = 44;
    private const int TextCount = 10;

    /// <summary>Longest head of a record.</summary>
    public const int MaxHeadLength = FixedHeadLength + (TextCount * (2 + MaxTextLength));

    /// <summary>Continues a CRC-32C (Castagnoli, reflected); start with 0.</summary>
    public static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    /// <summary>Bytes a record takes in its segment, padding included.</summary>
    public static long RecordLength(int headLength, long dataLength) =>
        (headLength + dataLength + TrailerLength + Alignment - 1) / Alignment * Alignment;

    public static void WriteSegmentHead(Span<byte> destination, ulong generation)
    {
        destination[..SegmentHeadLength].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(destination, SegmentMagic);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], generation);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[16..], Crc(0, destination[..16]));
    }

    /// <summary>Reads a segment head; false where it is not one.</summary>
    public static bool TryReadSegmentHead(ReadOnlySpan<byte> source, out ulong generation)
    {
        generation = 0;
        if (source.Length < 20 || BinaryPrimitives.ReadUInt64LittleEndian(source) != SegmentMagic) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source[16..]) != Crc(0, source[..16])) return false;
        generation = BinaryPrimitives.ReadUInt64LittleEndian(source[8..]);
        return true;
    }

    /// <summary>Bytes of the head of a record.</summary>
    public static int HeadLength(JournalEntry entry)
    {
        var length = FixedHeadLength;
        foreach (var text in Texts(entry)) length += 2 + Encoding.UTF8.GetByteCount(text);
        return length;
    }

    /// <summary>Writes the head; returns its CRC, which the trailer repeats.</summary>
    /// <exception cref="ArgumentException">A text is longer than <see cref="MaxTextLength"/>.</exception>
    public static uint WriteHead(Span<byte> destination, JournalEntry entry, ulong generation, long dataLength)
    {
        var at = FixedHeadLength;
        foreach (var text in Texts(entry))
        {
            var count = Encoding.UTF8.GetBytes(text, destination[(at + 2)..]);
            if (count > MaxTextLength) throw new ArgumentException("A text of the journal entry is too long.", nameof(entry));
            BinaryPrimitives.WriteUInt16LittleEndian(destination[at..], (ushort)count);
            at += 2 + count;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(destination, RecordMagic);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], at);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], generation);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], dataLength);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], entry.Facts.AssociationId);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], entry.ReceivedAt.UtcTicks);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[40..], (uint)entry.Kind);
        BinaryPrimitives.WriteInt64LittleEndian(destination[48..], entry.InstanceLength);
        var crc = HeadCrc(destination[..at]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[HeadCrcOffset..], crc);
        return crc;
    }

    /// <summary>Reads a head of the given generation from bytes that may go on behind it; null where there is none.</summary>
    public static JournalHead? TryReadHead(ReadOnlySpan<byte> source, ulong generation)
    {
        if (source.Length < FixedHeadLength || BinaryPrimitives.ReadUInt32LittleEndian(source) != RecordMagic) return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(source[4..]);
        if (length < FixedHeadLength || length > MaxHeadLength || length > source.Length) return null;
        source = source[..length];
        var crc = HeadCrc(source);
        if (BinaryPrimitives.ReadUInt32LittleEndian(source[HeadCrcOffset..]) != crc) return null;
        if (BinaryPrimitives.ReadUInt64LittleEndian(source[8..]) != generation) return null;
        var dataLength = BinaryPrimitives.ReadInt64LittleEndian(source[16..]);
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(source[32..]);
        var kind = BinaryPrimitives.ReadUInt32LittleEndian(source[40..]);
        if (dataLength < 0 || kind is not ((uint)JournalEntryKind.Inline or (uint)JournalEntryKind.File)) return null;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return null;

        Span<Range> texts = stackalloc Range[TextCount];
        var at = FixedHeadLength;
        for (var i = 0; i < TextCount; i++)
        {
            if (at + 2 > length) return null;
            var end = at + 2 + BinaryPrimitives.ReadUInt16LittleEndian(source[at..]);
            if (end > length) return null;
            texts[i] = (at + 2)..end;
            at = end;
        }

        if (at != length) return null;
        var facts = new InstanceFacts
        {
            SopClassUid = Encoding.UTF8.GetString(source[texts[0]]),
            SopInstanceUid = Encoding.UTF8.GetString(source[texts[1]]),
            StudyInstanceUid = Encoding.UTF8.GetString(source[texts[2]]),
            SeriesInstanceUid = Encoding.UTF8.GetString(source[texts[3]]),
            TransferSyntaxUid = Encoding.UTF8.GetString(source[texts[4]]),
            CallingAeTitle = Encoding.UTF8.GetString(source[texts[5]]),
            CalledAeTitle = Encoding.UTF8.GetString(source[texts[6]]),
            Modality = Encoding.UTF8.GetString(source[texts[7]]),
            PatientKey = Encoding.UTF8.GetString(source[texts[8]]),
            AssociationId = BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
        };
        var entry = new JournalEntry(
            (JournalEntryKind)kind, facts, Encoding.UTF8.GetString(source[texts[9]]), new DateTimeOffset(ticks, TimeSpan.Zero),
            BinaryPrimitives.ReadInt64LittleEndian(source[48..]));
        return new JournalHead(entry, length, dataLength, crc);
    }

    public static void WriteTrailer(Span<byte> destination, uint dataCrc, uint headCrc)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, TrailerMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], dataCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], headCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], ~TrailerMagic);
    }

    /// <summary>Whether this is the trailer of the record with these CRCs.</summary>
    public static bool IsTrailer(ReadOnlySpan<byte> source, uint dataCrc, uint headCrc) =>
        source.Length >= TrailerLength
        && BinaryPrimitives.ReadUInt32LittleEndian(source) == TrailerMagic
        && BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) == dataCrc
        && BinaryPrimitives.ReadUInt32LittleEndian(source[8..]) == headCrc
        && BinaryPrimitives.ReadUInt32LittleEndian(source[12..]) == ~TrailerMagic;

    private static uint HeadCrc(ReadOnlySpan<byte> head) => Crc(Crc(0, head[..HeadCrcOffset]), head[(HeadCrcOffset + 4)..]);

    private static string[] Texts(JournalEntry entry) =>
    [
        entry.Facts.SopClassUid, entry.Facts.SopInstanceUid, entry.Facts.StudyInstanceUid, entry.Facts.SeriesInstanceUid,
        entry.Facts.TransferSyntaxUid, entry.Facts.CallingAeTitle, entry.Facts.CalledAeTitle, entry.Facts.Modality, entry.Facts.PatientKey, entry.Sha256,
    ];
}

/// <summary>A record's head as read from a segment.</summary>
/// <param name="Entry">What it says.</param>
/// <param name="HeadLength">Its bytes.</param>
/// <param name="DataLength">Bytes of data set that follow it in the segment.</param>
/// <param name="Crc">Its own CRC.</param>
internal sealed record JournalHead(JournalEntry Entry, int HeadLength, long DataLength, uint Crc);
