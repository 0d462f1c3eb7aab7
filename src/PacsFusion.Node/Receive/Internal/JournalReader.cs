using System.Buffers;
using System.Security.Cryptography;

namespace PacsFusion.Node.Receive;

/// <summary>Reads back what a segment holds: every complete record, up to the first that is not.</summary>
internal static class JournalReader
{
    private const int BlockLength = 256 << 10;

    /// <summary>The complete records of the segment's generation in order. Ends silently at the first record that is torn, foreign or absent:
    /// nothing behind it was acknowledged.</summary>
    public static IEnumerable<JournalRecord> Read(IDurableFile file, ulong generation)
    {
        var end = file.Length;
        long offset = JournalFormat.SegmentHeadLength;
        while (offset < end && ReadOne(file, generation, offset, end) is { } record)
        {
            yield return record;
            offset = record.NextOffset;
        }
    }

    /// <summary>SHA-256 of a record's data set in hexadecimal.</summary>
    public static string Sha256(IDurableFile file, JournalPlace place)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = ArrayPool<byte>.Shared.Rent(BlockLength);
        for (long done = 0; done < place.DataLength;)
        {
            var want = (int)Math.Min(block.Length, place.DataLength - done);
            if (ReadFully(file, block.AsSpan(0, want), place.DataOffset + done) != want) throw new EndOfStreamException("A journal segment ended within a record.");
            hash.AppendData(block, 0, want);
            done += want;
        }

        ArrayPool<byte>.Shared.Return(block);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static JournalRecord? ReadOne(IDurableFile file, ulong generation, long offset, long end)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockLength);
        try
        {
            var got = ReadFully(file, block.AsSpan(0, Math.Max(JournalFormat.MaxHeadLength, JournalFormat.Alignment)), offset);
            if (JournalFormat.TryReadHead(block.AsSpan(0, got), generation) is not { } head) return null;

            var dataOffset = offset + head.HeadLength;
            // A length that leads out of the file is refused before anything is read by it.
            if (head.DataLength > end - dataOffset - JournalFormat.TrailerLength) return null;
            uint crc = 0;
            for (long done = 0; done < head.DataLength;)
            {
                var want = (int)Math.Min(block.Length, head.DataLength - done);
                if (ReadFully(file, block.AsSpan(0, want), dataOffset + done) != want) return null;
                crc = JournalFormat.Crc(crc, block.AsSpan(0, want));
                done += want;
            }

            var trailer = block.AsSpan(0, JournalFormat.TrailerLength);
            if (ReadFully(file, trailer, dataOffset + head.DataLength) != trailer.Length) return null;
            if (!JournalFormat.IsTrailer(trailer, crc, head.Crc)) return null;
            return new JournalRecord(head.Entry, dataOffset, head.DataLength, offset + JournalFormat.RecordLength(head.HeadLength, head.DataLength));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static int ReadFully(IDurableFile file, Span<byte> destination, long offset)
    {
        var got = 0;
        while (got < destination.Length)
        {
            var count = file.Read(destination[got..], offset + got);
            if (count == 0) break;
            got += count;
        }

        return got;
    }
}

/// <summary>A complete record of a segment.</summary>
/// <param name="Entry">What it says.</param>
/// <param name="DataOffset">Where its data set begins in the segment.</param>
/// <param name="DataLength">Bytes of data set in the segment.</param>
/// <param name="NextOffset">Where the next record would begin.</param>
internal sealed record JournalRecord(JournalEntry Entry, long DataOffset, long DataLength, long NextOffset);
