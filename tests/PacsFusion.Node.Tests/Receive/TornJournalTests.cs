using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Tests.Receive;

/// <summary>Invariant 2 after a power cut: what was acknowledged comes back, what was torn does not.</summary>
public class TornJournalTests
{
    [Theory]
    [InlineData("missing")]
    [InlineData("zeros")]
    [InlineData("garbage")]
    public void A_segment_cut_at_any_byte_gives_exactly_its_complete_records(string rest)
    {
        var (whole, ends) = Segment(generation: 5, [0, 7, 300, 4050]);
        var garbage = SpoolKit.Bytes(whole.Length, 99);
        for (var cut = JournalFormat.SegmentHeadLength; cut <= whole.Length; cut++)
        {
            byte[] tail = rest switch
            {
                "missing" => [],
                "zeros" => new byte[whole.Length - cut],
                _ => garbage[cut..],
            };
            byte[] torn = [.. whole.AsSpan(0, cut), .. tail];
            // A record is complete when its trailer is; what replaced the lost bytes may equal them by chance.
            var expected = ends.TakeWhile(end => end <= torn.Length && torn.AsSpan(0, end).SequenceEqual(whole.AsSpan(0, end))).Count();
            Assert.Equal(expected, JournalReader.Read(new MemoryFile(torn), 5).Count());
        }
    }

    [Fact]
    public void What_an_earlier_use_of_the_segment_left_is_not_taken_for_new()
    {
        var (bytes, _) = Segment(generation: 5, [100, 100, 100, 100]);
        var (renewed, ends) = Segment(generation: 6, [100, 100]);
        renewed.CopyTo(bytes, 0);
        Assert.Equal(ends.Count, JournalReader.Read(new MemoryFile(bytes), 6).Count());
    }

    [Fact]
    public void No_flipped_bit_of_a_data_set_goes_unseen()
    {
        var (bytes, ends) = Segment(generation: 5, [50]);
        for (var bit = (ends[0] - JournalFormat.TrailerLength - 50) * 8; bit < ends[0] * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Empty(JournalReader.Read(new MemoryFile(bytes), 5));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public async Task A_node_that_starts_on_a_torn_segment_lays_out_and_indexes_the_complete_records()
    {
        using var source = new SpoolKit();
        source.Options = source.Options with { Lanes = 1 };
        var sent = Enumerable.Range(1, 4).Select(i => (Facts: SpoolKit.Facts($"1.2.3.4.{i}"), Bytes: SpoolKit.Bytes(3000 * i, i))).ToArray();
        await using (var spool = await source.OpenAsync())
        {
            foreach (var (facts, bytes) in sent) Assert.True((await SpoolKit.StoreAsync(spool, facts, bytes)).IsDurable);
        }

        var segment = Directory.GetFiles(Path.Combine(source.Root, "journal"), "*.segment")
            .Single(path => File.ReadAllBytes(path).AsSpan(JournalFormat.SegmentHeadLength).ContainsAnyExcept((byte)0));
        var whole = File.ReadAllBytes(segment);
        // The records take 1, 2, 3 and 4 pages behind the page of the head.
        foreach (var (cut, expected) in new[] { (4097, 0), (8191, 1), (8193, 1), (16383, 2), (16385, 2), (28671, 3), (28673, 3), (45055, 4) })
        {
            using var kit = new SpoolKit { Options = source.Options };
            var folder = Directory.CreateDirectory(Path.Combine(kit.Root, "journal")).FullName;
            File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(segment)), [.. whole.AsSpan(0, cut), .. new byte[whole.Length - cut]]);
            await using var spool = await kit.OpenAsync();
            Assert.Equal(expected, spool.Recovered);
            Assert.Equal(expected, kit.Index.Rows.Count);
            var files = kit.Datasets();
            Assert.Equal(expected, files.Count);
            foreach (var (facts, bytes) in sent.Take(expected)) Assert.Equal(bytes, files[$"1.2.3/1.2.3.4/{facts.SopInstanceUid}.dcm"]);
        }
    }

    private static (byte[] Bytes, List<int> Ends) Segment(ulong generation, int[] lengths)
    {
        var bytes = new byte[JournalFormat.SegmentHeadLength];
        JournalFormat.WriteSegmentHead(bytes, generation);
        var ends = new List<int>();
        for (var i = 0; i < lengths.Length; i++)
        {
            var data = SpoolKit.Bytes(lengths[i], i);
            var entry = new JournalEntry(JournalEntryKind.Inline, SpoolKit.Facts($"1.2.{i}"), "", DateTimeOffset.UnixEpoch, data.Length);
            var head = new byte[JournalFormat.HeadLength(entry)];
            var headCrc = JournalFormat.WriteHead(head, entry, generation, data.Length);
            var trailer = new byte[JournalFormat.TrailerLength];
            JournalFormat.WriteTrailer(trailer, JournalFormat.Crc(0, data), headCrc);
            ends.Add(bytes.Length + head.Length + data.Length + trailer.Length);
            var padding = JournalFormat.RecordLength(head.Length, data.Length) - head.Length - data.Length - trailer.Length;
            bytes = [.. bytes, .. head, .. data, .. trailer, .. new byte[padding]];
        }

        return (bytes, ends);
    }

    private sealed class MemoryFile(byte[] bytes) : IDurableFile
    {
        public long Length => bytes.Length;

        public int Read(Span<byte> destination, long offset)
        {
            var count = (int)Math.Clamp(bytes.Length - offset, 0, destination.Length);
            if (count > 0) bytes.AsSpan((int)offset, count).CopyTo(destination);
            return count;
        }

        public void Write(ReadOnlySpan<byte> source, long offset) => throw new NotSupportedException();

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset) => throw new NotSupportedException();

        public void Sync() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
