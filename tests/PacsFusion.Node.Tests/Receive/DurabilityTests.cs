using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Tests.Receive;

/// <summary>Invariants 2 and 3: acknowledged means durable; any kill can be recovered from.</summary>
public class DurabilityTests
{
    [Fact]
    public async Task The_answer_waits_for_the_sync()
    {
        using var kit = new SpoolKit();
        await using var spool = await kit.OpenAsync();
        using var reached = new SemaphoreSlim(0);
        using var gate = new SemaphoreSlim(0);
        kit.Storage.BeforeSegment = what =>
        {
            if (what != "sync") return;
            reached.Release();
            gate.Wait();
        };
        var store = SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5"), SpoolKit.Bytes(5000, 1));
        Assert.True(await reached.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.False(store.IsCompleted);
        gate.Release();
        Assert.True((await store).IsDurable);
        kit.Storage.Note("answer");
        Assert.Equal(["write", "sync", "answer"], kit.Storage.Events.Where(e => e is "write" or "sync" or "answer"));
    }

    [Fact]
    public async Task Everything_that_waits_during_a_sync_shares_the_next_one()
    {
        using var kit = new SpoolKit();
        kit.Options = kit.Options with { Lanes = 1, SegmentBytes = 1 << 20 };
        await using var spool = await kit.OpenAsync();
        using var reached = new SemaphoreSlim(0);
        using var gate = new SemaphoreSlim(0);
        var first = true;
        kit.Storage.BeforeSegment = what =>
        {
            if (what != "sync" || !first) return;
            first = false;
            reached.Release();
            gate.Wait();
        };
        var stores = new List<Task<StoreOutcome>> { SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.1"), SpoolKit.Bytes(5000, 1)) };
        Assert.True(await reached.WaitAsync(TimeSpan.FromSeconds(30)));
        for (var i = 2; i <= 20; i++) stores.Add(SpoolKit.StoreAsync(spool, SpoolKit.Facts($"1.2.{i}"), SpoolKit.Bytes(5000, i)));
        gate.Release();
        Assert.All(await Task.WhenAll(stores), outcome => Assert.True(outcome.IsDurable));
        Assert.Equal(["write", "sync", "write", "sync"], kit.Storage.Events.Where(e => e is "write" or "sync"));
    }

    [Fact]
    public async Task What_was_acknowledged_before_a_kill_is_there_after_it_once()
    {
        using var kit = new SpoolKit();
        var sent = Enumerable.Range(0, 60).Select(i => (Facts: SpoolKit.Facts($"1.2.3.4.{i}", association: i % 4), Bytes: SpoolKit.Bytes(100 + (i * 331), i))).ToArray();
        await using (var spool = await kit.OpenAsync())
        {
            var outcomes = await Task.WhenAll(sent.Select(item => Task.Run(() => SpoolKit.StoreAsync(spool, item.Facts, item.Bytes))));
            Assert.All(outcomes, outcome => Assert.True(outcome.IsDurable));
        }

        // The second start finds what the first one did half: the files are there, the rows are not.
        var journal = Path.Combine(kit.Root, "journal");
        var copy = Directory.CreateDirectory(Path.Combine(kit.Folder, "copy")).FullName;
        foreach (var path in Directory.GetFiles(journal)) File.Copy(path, Path.Combine(copy, Path.GetFileName(path)));
        await using (var spool = await kit.OpenAsync()) await spool.FlushAsync(CancellationToken.None);
        AssertAllThere(kit, sent);
        var written = Directory.GetFiles(kit.Root, "*.dcm", SearchOption.AllDirectories).ToDictionary(path => path, File.GetLastWriteTimeUtc);

        Directory.Delete(journal, recursive: true);
        Directory.Move(copy, journal);
        kit.Index = new MemoryIndex();
        await using (var spool = await kit.OpenAsync()) Assert.True(spool.Recovered > 0);
        Assert.Equal(written, Directory.GetFiles(kit.Root, "*.dcm", SearchOption.AllDirectories).ToDictionary(path => path, File.GetLastWriteTimeUtc));

        // And an empty journal afterwards: nothing is replayed for ever.
        await using (var spool = await kit.OpenAsync()) Assert.Equal(0, spool.Recovered);
        Assert.Empty(Directory.GetFiles(kit.Root, "*displaced*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_kill_in_the_middle_of_laying_out_loses_nothing()
    {
        using var kit = new SpoolKit();
        var sent = Enumerable.Range(0, 10).Select(i => (Facts: SpoolKit.Facts($"1.2.3.4.{i}"), Bytes: SpoolKit.Bytes(2000 + i, i))).ToArray();
        await using (var spool = await kit.OpenAsync())
        {
            foreach (var (facts, bytes) in sent) await SpoolKit.StoreAsync(spool, facts, bytes);
            var moves = 0;
            kit.Storage.BeforeFile = path =>
            {
                if (path.EndsWith(".dcm", StringComparison.Ordinal) && ++moves > 4) throw new IOException("No space left.");
            };
            await Assert.ThrowsAnyAsync<IOException>(() => spool.FlushAsync(CancellationToken.None));
            Assert.Empty(kit.Index.Rows);
            Assert.Empty(Directory.GetFiles(Path.Combine(kit.Root, "incoming")));
        }

        kit.Storage.BeforeFile = _ => { };
        await using (var spool = await kit.OpenAsync()) Assert.Equal(10, spool.Recovered);
        AssertAllThere(kit, sent);
    }

    [Fact]
    public async Task A_failed_sync_is_a_failure_for_all_it_was_for_and_the_end_of_the_segment()
    {
        using var kit = new SpoolKit();
        kit.Options = kit.Options with { Lanes = 1 };
        await using var spool = await kit.OpenAsync();
        Assert.True((await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.1"), SpoolKit.Bytes(500, 1))).IsDurable);
        var fails = true;
        kit.Storage.BeforeSegment = what =>
        {
            if (what == "sync" && fails) throw new IOException("Input/output error.");
        };
        var lost = await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.2"), SpoolKit.Bytes(500, 2));
        Assert.Equal(ReceiveReasons.JournalFailed, lost.Reason);
        fails = false;

        // The sender repeats it; it goes to another segment, and what was durable in the bad one is laid out from there.
        Assert.Equal(StoreOutcomeKind.Stored, (await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.2"), SpoolKit.Bytes(500, 2))).Kind);
        await spool.FlushAsync(CancellationToken.None);
        Assert.Equal(2, kit.Datasets().Count);
        Assert.Equal(2, kit.Index.Rows.Count);
    }

    [Fact]
    public async Task A_full_journal_makes_senders_wait_for_the_layout()
    {
        using var kit = new SpoolKit();
        kit.Options = kit.Options with { Lanes = 1, JournalBytes = 0 };
        await using var spool = await kit.OpenAsync();
        var sent = Enumerable.Range(0, 60).Select(i => (Facts: SpoolKit.Facts($"1.2.3.4.{i}"), Bytes: SpoolKit.Bytes(7000, i))).ToArray();
        foreach (var (facts, bytes) in sent) Assert.True((await SpoolKit.StoreAsync(spool, facts, bytes)).IsDurable);
        await spool.FlushAsync(CancellationToken.None);
        Assert.True(spool.JournalBytes <= 2 * kit.Options.SegmentBytes);
        AssertAllThere(kit, sent);
    }

    [Fact]
    public async Task A_full_journal_refuses_while_laying_out_fails_and_takes_again_afterwards()
    {
        using var kit = new SpoolKit();
        kit.Options = kit.Options with { Lanes = 1, JournalBytes = 0 };
        await using var spool = await kit.OpenAsync();
        kit.Index.Fails = true;
        var outcomes = new List<StoreOutcome>();
        for (var i = 0; i < 30 && outcomes.All(outcome => outcome.IsDurable); i++) outcomes.Add(await SpoolKit.StoreAsync(spool, SpoolKit.Facts($"1.2.3.4.{i}"), SpoolKit.Bytes(7000, i)));
        Assert.Equal(ReceiveReasons.JournalFull, outcomes[^1].Reason);
        Assert.Equal(outcomes.Count - 1, spool.Queued);

        kit.Index.Fails = false;
        try
        {
            await spool.FlushAsync(CancellationToken.None);
        }
        catch (IOException)
        {
            // A try that met the broken index may have been under way; the next one has not met it.
            await spool.FlushAsync(CancellationToken.None);
        }
        Assert.True((await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.99"), SpoolKit.Bytes(7000, 99))).IsDurable);
        await spool.FlushAsync(CancellationToken.None);
        Assert.Equal(outcomes.Count, kit.Index.Rows.Count);
    }

    [Fact]
    public async Task A_large_object_survives_a_kill_right_after_its_answer()
    {
        using var kit = new SpoolKit();
        var bytes = SpoolKit.Bytes(200_000, 1);
        var facts = SpoolKit.Facts("1.2.3.4.5");
        string sha256;
        await using (var spool = await kit.OpenAsync()) sha256 = (await SpoolKit.StoreAsync(spool, facts, bytes)).Record!.Sha256;
        Assert.Empty(kit.Index.Rows);
        await using (var spool = await kit.OpenAsync()) Assert.Equal(1, spool.Recovered);
        Assert.Equal(sha256, Assert.Single(kit.Index.Rows).Sha256);
        AssertAllThere(kit, [(facts, bytes)]);
    }

    [Fact]
    public async Task A_segment_without_a_valid_head_is_kept_for_a_person_and_does_not_stop_the_node()
    {
        using var kit = new SpoolKit();
        var journal = Directory.CreateDirectory(Path.Combine(kit.Root, "journal")).FullName;
        File.WriteAllBytes(Path.Combine(journal, "000000000001.segment"), SpoolKit.Bytes(64 << 10, 1));
        await using var spool = await kit.OpenAsync();
        Assert.True((await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.1"), SpoolKit.Bytes(500, 1))).IsDurable);
        Assert.True(File.Exists(Path.Combine(journal, "000000000001.segment.damaged")));
    }

    private static void AssertAllThere(SpoolKit kit, (InstanceFacts Facts, byte[] Bytes)[] sent)
    {
        var files = kit.Datasets();
        Assert.Equal(sent.Length, files.Count);
        Assert.Equal(sent.Length, kit.Index.Rows.Count);
        foreach (var (facts, bytes) in sent) Assert.Equal(bytes, files[SpoolPaths.RelativePath(facts.StudyInstanceUid, facts.SeriesInstanceUid, facts.SopInstanceUid)]);
    }
}
