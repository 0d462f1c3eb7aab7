using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Tests.Receive;

public class SpoolTests
{
    [Fact]
    public async Task A_stored_instance_lies_under_its_UIDs_with_the_bytes_that_came()
    {
        using var kit = new SpoolKit();
        await using var spool = await kit.OpenAsync();
        var bytes = SpoolKit.Bytes(9_999, 1);
        var outcome = await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5"), bytes);
        await spool.FlushAsync(CancellationToken.None);

        Assert.Equal(StoreOutcomeKind.Stored, outcome.Kind);
        var record = Assert.Single(kit.Index.Rows);
        Assert.Equal(outcome.Record, record);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), record.Sha256);
        Assert.Equal("1.2.3/1.2.3.4/1.2.3.4.5.dcm", record.RelativePath);
        Assert.Equal(kit.Time.GetUtcNow(), record.ReceivedAt);
        Assert.Equal(bytes, SpoolKit.DatasetOf(spool.PathOf(record)));
        Assert.Equal(0, spool.Queued);
        Assert.Equal(0, spool.BufferedBytes);
    }

    [Fact]
    public async Task An_instance_can_be_read_before_the_layout_came_by()
    {
        using var kit = new SpoolKit();
        await using var spool = await kit.OpenAsync();
        var outcome = await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5"), SpoolKit.Bytes(5000, 1));
        await using var stream = await spool.OpenReadAsync(outcome.Record!, CancellationToken.None);
        Assert.True(stream.Length > 5000);
    }

    [Fact]
    public async Task The_layout_comes_by_itself_after_its_interval()
    {
        using var kit = new SpoolKit();
        await using var spool = await kit.OpenAsync();
        var named = new TaskCompletionSource();
        kit.Storage.BeforeFile = path => _ = path.EndsWith("1.2.3.4.5.dcm", StringComparison.Ordinal) && named.TrySetResult();
        await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5"), SpoolKit.Bytes(5000, 1));
        Assert.False(named.Task.IsCompleted);
        kit.Time.Advance(kit.Options.LayoutInterval);
        await named.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("../../x", "../..", "/etc")]
    [InlineData("..", ".", "")]
    [InlineData("1.2.3\0", "1..2", ".1.2")]
    [InlineData("1.2.3/4", "1.2.3\\4", "C:")]
    public async Task A_hostile_UID_names_no_file_outside_its_folder(string sop, string series, string study)
    {
        using var kit = new SpoolKit();
        await using var spool = await kit.OpenAsync();
        var bytes = SpoolKit.Bytes(500, 1);
        var outcome = await SpoolKit.StoreAsync(spool, SpoolKit.Facts(sop, study: study, series: series), bytes);
        await spool.FlushAsync(CancellationToken.None);

        Assert.True(outcome.IsDurable);
        Assert.Matches("^uid-[0-9a-f]{40}/uid-[0-9a-f]{40}/uid-[0-9a-f]{40}[.]dcm$", outcome.Record!.RelativePath);
        Assert.Equal(bytes, kit.Datasets()[outcome.Record.RelativePath]);
        Assert.All(Directory.GetFileSystemEntries(kit.Folder), entry => Assert.Equal(kit.Root, entry));
    }

    [Fact]
    public async Task A_UID_as_long_as_the_standard_allows_is_its_own_name()
    {
        using var kit = new SpoolKit();
        await using var spool = await kit.OpenAsync();
        var longest = "1." + new string('2', 62);
        Assert.EndsWith($"/{longest}.dcm", (await SpoolKit.StoreAsync(spool, SpoolKit.Facts(longest), [1, 2])).Record!.RelativePath, StringComparison.Ordinal);
        Assert.Contains("/uid-", (await SpoolKit.StoreAsync(spool, SpoolKit.Facts(longest + "3"), [1, 2])).Record!.RelativePath, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_bytes_again_are_acknowledged_and_not_stored_twice(bool afterLayout)
    {
        using var kit = new SpoolKit();
        await using var spool = await kit.OpenAsync();
        var bytes = SpoolKit.Bytes(5000, 1);
        var first = await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5"), bytes);
        if (afterLayout) await spool.FlushAsync(CancellationToken.None);
        var writes = kit.Storage.Events.Count(e => e == "write");

        var again = await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5", association: 2), bytes);

        Assert.Equal(StoreOutcomeKind.Repeated, again.Kind);
        Assert.Equal(first.Record, again.Record);
        Assert.Equal(writes, kit.Storage.Events.Count(e => e == "write"));
    }

    [Theory]
    [InlineData(false, "1.2.3.4")]
    [InlineData(true, "1.2.3.4")]
    [InlineData(true, "1.2.3.99")]
    public async Task Other_bytes_under_a_known_UID_are_refused_and_the_first_stay(bool afterLayout, string secondSeries)
    {
        using var kit = new SpoolKit();
        await using var spool = await kit.OpenAsync();
        var bytes = SpoolKit.Bytes(5000, 1);
        await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5"), bytes);
        if (afterLayout) await spool.FlushAsync(CancellationToken.None);

        var other = await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5", series: secondSeries), SpoolKit.Bytes(5000, 2));
        await spool.FlushAsync(CancellationToken.None);

        Assert.Equal(ReceiveReasons.InstanceConflict, other.Reason);
        Assert.False(other.IsDurable);
        Assert.Equal(bytes, Assert.Single(kit.Datasets()).Value);
        Assert.Single(kit.Index.Rows);
    }

    [Fact]
    public async Task Of_many_copies_that_arrive_at_once_one_is_stored()
    {
        using var kit = new SpoolKit();
        await using var spool = await kit.OpenAsync();
        var bytes = SpoolKit.Bytes(5000, 1);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() =>
            SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5", association: i), i % 4 == 3 ? SpoolKit.Bytes(5000, 2) : bytes))));
        Assert.Single(outcomes, outcome => outcome.Kind == StoreOutcomeKind.Stored);
        Assert.All(outcomes, outcome => Assert.True(outcome.IsDurable || outcome.Reason == ReceiveReasons.InstanceConflict));
        // Whichever won, its like were acknowledged and the others refused.
        Assert.Contains(outcomes.Count(outcome => outcome.IsDurable), new[] { 12, 4 });
    }

    [Fact]
    public async Task A_file_that_the_ledger_lost_is_not_overwritten_by_other_bytes()
    {
        using var kit = new SpoolKit();
        var bytes = SpoolKit.Bytes(5000, 1);
        await using (var spool = await kit.OpenAsync())
        {
            await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5"), bytes);
            await spool.FlushAsync(CancellationToken.None);
        }

        kit.Index = new MemoryIndex();
        await using (var spool = await kit.OpenAsync())
        {
            Assert.Equal(ReceiveReasons.InstanceConflict, (await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5"), SpoolKit.Bytes(5000, 2))).Reason);
            Assert.Equal(StoreOutcomeKind.Stored, (await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5"), bytes)).Kind);
            await spool.FlushAsync(CancellationToken.None);
        }

        Assert.Equal(bytes, Assert.Single(kit.Datasets()).Value);
        Assert.Single(kit.Index.Rows);
    }

    [Fact]
    public async Task A_foreign_file_under_an_instances_name_is_kept_aside()
    {
        using var kit = new SpoolKit();
        await using var spool = await kit.OpenAsync();
        var series = Directory.CreateDirectory(Path.Combine(kit.Root, "1.2.3", "1.2.3.4")).FullName;
        File.WriteAllText(Path.Combine(series, "1.2.3.4.5.dcm"), "foreign");
        var bytes = SpoolKit.Bytes(5000, 1);
        Assert.Equal(StoreOutcomeKind.Stored, (await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5"), bytes)).Kind);
        await spool.FlushAsync(CancellationToken.None);
        Assert.Equal(bytes, Assert.Single(kit.Datasets()).Value);
        Assert.Equal("foreign", File.ReadAllText(Path.Combine(series, "1.2.3.4.5.dcm.displaced-1")));
    }

    [Theory]
    [InlineData(100_000, 64L << 20)]
    [InlineData(10_000, 0)]
    public async Task An_object_above_the_threshold_or_without_memory_goes_to_its_own_file(int length, long bufferBytes)
    {
        using var kit = new SpoolKit();
        kit.Options = kit.Options with { BufferBytes = bufferBytes };
        await using var spool = await kit.OpenAsync();
        var bytes = SpoolKit.Bytes(length, 1);
        var outcome = await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5"), bytes, fragment: 3333);

        // Durable under its name before the answer, and only then promised in the journal.
        Assert.Equal(StoreOutcomeKind.Stored, outcome.Kind);
        Assert.Equal(bytes, SpoolKit.DatasetOf(spool.PathOf(outcome.Record!)));
        var events = kit.Storage.Events.ToList();
        var order = new[] { events.FindIndex(e => e.StartsWith("sync-file", StringComparison.Ordinal)), events.IndexOf("move 1.2.3.4.5.dcm"), events.IndexOf("sync-folder 1.2.3.4"), events.IndexOf("write"), events.IndexOf("sync") };
        Assert.Equal(order.Order(), order);
        Assert.DoesNotContain(-1, order);
        Assert.Equal(0, spool.BufferedBytes);
        await spool.FlushAsync(CancellationToken.None);
        Assert.Equal(outcome.Record, Assert.Single(kit.Index.Rows));
        Assert.Equal(StoreOutcomeKind.Repeated, (await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.4.5"), bytes)).Kind);
    }

    [Fact]
    public async Task An_object_that_never_ends_leaves_no_file()
    {
        using var kit = new SpoolKit();
        await using var spool = await kit.OpenAsync();
        using (var incoming = spool.Begin("1.2", "1.2.3.4.5", "1.2.840.10008.1.2.1", "SENDER")) incoming.Append(SpoolKit.Bytes(100_000, 1));
        Assert.Empty(Directory.GetFiles(Path.Combine(kit.Root, "incoming")));
    }

    [Fact]
    public async Task Deleted_instances_are_gone_with_their_folders_and_stay_gone_after_a_restart()
    {
        using var kit = new SpoolKit();
        await using (var spool = await kit.OpenAsync())
        {
            foreach (var sop in new[] { "1.2.3.4.5", "1.2.3.4.6" }) await SpoolKit.StoreAsync(spool, SpoolKit.Facts(sop), SpoolKit.Bytes(500, 1));
            var other = await SpoolKit.StoreAsync(spool, SpoolKit.Facts("1.2.3.5.1", series: "1.2.3.5"), SpoolKit.Bytes(500, 1));
            Assert.Equal(2, await spool.DeleteInstancesAsync(["1.2.3/1.2.3.4/1.2.3.4.5.dcm", "1.2.3/1.2.3.4/1.2.3.4.6.dcm", "1.2.3/1.2.3.4/9.dcm"], CancellationToken.None));
            Assert.False(Directory.Exists(Path.Combine(kit.Root, "1.2.3", "1.2.3.4")));
            Assert.True(File.Exists(spool.PathOf(other.Record!)));
            Assert.Equal(1, await spool.DeleteInstancesAsync([other.Record!.RelativePath], CancellationToken.None));
            Assert.False(Directory.Exists(Path.Combine(kit.Root, "1.2.3")));
        }

        await using var again = await kit.OpenAsync();
        Assert.Equal(0, again.Recovered);
        Assert.Empty(kit.Datasets());
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("journal/000000000001.segment/x.dcm")]
    [InlineData("1.2.3/../1.dcm")]
    public async Task Only_files_of_the_spool_can_be_deleted(string path)
    {
        using var kit = new SpoolKit();
        await using var spool = await kit.OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => spool.DeleteInstancesAsync([path], CancellationToken.None));
    }
}
