using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using PacsFusion.Dicom;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Receive;
using PacsFusion.Tests;

namespace PacsFusion.Interop.Tests.Receive;

/// <summary>DCMTK's storescu sends real images into the running service.</summary>
public sealed class ReceiveInteropTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pf-receive-").FullName;

    [Fact]
    public async Task Two_senders_at_once_and_every_data_set_is_on_disk_byte_for_byte()
    {
        var files = Images();
        var index = new MemoryIndex();
        using var directory = DataDirectory.Open(Path.Combine(folder, "data"), new DurableStorage());
        await using var service = Service(directory, index, new SpoolOptions { SegmentBytes = 4 << 20, MinFreeBytes = 0 });
        await service.StartAsync(CancellationToken.None);

        var half = files.Count / 2;
        var exits = await Task.WhenAll(StoreScu(service.Port, files[..half]), StoreScu(service.Port, files[half..]));
        Assert.All(exits, exit => Assert.True(exit.Code == 0, exit.Output));
        await service.StopAsync(CancellationToken.None);

        Assert.Equal(files.Count, index.Rows.Count);
        AssertAllThere(directory.SpoolPath, files, index.Rows);
        Assert.Equal(files.Count, service.Stage!.Stored);
    }

    [Fact]
    public async Task What_storescu_was_told_is_stored_survives_an_end_without_laying_out()
    {
        var files = Images();
        var index = new MemoryIndex();
        using var directory = DataDirectory.Open(Path.Combine(folder, "data"), new DurableStorage());
        // An index that fails keeps everything in the journal, as a kill right after the last answer would.
        index.Fails = true;
        await using (var service = Service(directory, index, new SpoolOptions { SegmentBytes = 16 << 20, MinFreeBytes = 0 }))
        {
            await service.StartAsync(CancellationToken.None);
            var exit = await StoreScu(service.Port, files);
            Assert.True(exit.Code == 0, exit.Output);
        }

        Assert.Empty(index.Rows);
        index.Fails = false;
        await using (var service = Service(directory, index, new SpoolOptions { SegmentBytes = 16 << 20, MinFreeBytes = 0 }))
        {
            await service.StartAsync(CancellationToken.None);
            Assert.Equal(files.Count, (await service.Spool).Recovered);
            AssertAllThere(directory.SpoolPath, files, index.Rows);

            // The sender, which cannot know, sends it all again: acknowledged, nothing stored twice.
            var again = await StoreScu(service.Port, files);
            Assert.True(again.Code == 0, again.Output);
            Assert.Equal((0L, (long)files.Count), (service.Stage!.Stored, service.Stage.Repeated));
        }
    }

    private static ReceiveService Service(DataDirectory directory, IInstanceIndex index, SpoolOptions spool) => new(
        directory, new ReceiveOptions { Port = 0, Spool = spool }, index, new NoListener(), TimeProvider.System, NullLogger<ReceiveService>.Instance);

    // DCMTK re-encodes what it reads; its own output, sent again, is what arrives. Explicit little endian images without oddities stay equal.
    private static void AssertAllThere(string spool, List<string> sent, IReadOnlyList<InstanceRecord> rows)
    {
        var bySop = rows.ToDictionary(row => row.SopInstanceUid);
        foreach (var path in sent)
        {
            var original = DicomFile.Read(path);
            var row = bySop[original.Dataset.GetString(DicomTag.SOPInstanceUID)!];
            var stored = DicomFile.Read(Path.Combine(spool, row.RelativePath));
            Assert.Equal(original.TransferSyntax.Uid, stored.TransferSyntax.Uid);
            Assert.Equal(original.Dataset.Encode(original.TransferSyntax), stored.Dataset.Encode(stored.TransferSyntax));
        }
    }

    private List<string> Images()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/storescu"), "storescu (DCMTK) is not installed");
        var archive = SharedData.Require("data", "petct", "ACRIN_042.tar.xz");
        using var tar = Process.Start(new ProcessStartInfo("tar", ["-xJf", archive, "-C", folder, "--no-same-owner", "petct/ACRIN_042/PT_AC"]))!;
        tar.WaitForExit();
        Assert.SkipUnless(tar.ExitCode == 0, "tar cannot read the archive");
        var images = Directory.GetFiles(Path.Combine(folder, "petct", "ACRIN_042", "PT_AC")).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(135, images.Count);
        return images;
    }

    private static async Task<(int Code, string Output)> StoreScu(int port, IEnumerable<string> files)
    {
        var start = new ProcessStartInfo("/usr/bin/storescu", ["-aec", "PACSFUSION", "-aet", "PETCT1", "-xe", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture), .. files])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private sealed class NoListener : IArrivalListener
    {
        public void InstanceStored(InstanceRecord record)
        {
        }

        public void AssociationOpened(long associationId, string callingAeTitle)
        {
        }

        public void AssociationClosed(long associationId, bool clean, IReadOnlyCollection<string> seriesStored)
        {
        }
    }

    private sealed class MemoryIndex : IInstanceIndex
    {
        private readonly Dictionary<string, InstanceRecord> rows = [];

        public bool Fails { get; set; }

        public IReadOnlyList<InstanceRecord> Rows
        {
            get { lock (rows) return [.. rows.Values]; }
        }

        public ValueTask AddAsync(IReadOnlyList<InstanceRecord> records, CancellationToken cancellationToken)
        {
            if (Fails) throw new IOException("The index is out of order.");
            lock (rows) foreach (var record in records) rows.TryAdd(record.SopInstanceUid, record);
            return ValueTask.CompletedTask;
        }

        public ValueTask<InstanceRecord?> FindAsync(string sopInstanceUid, CancellationToken cancellationToken)
        {
            lock (rows) return ValueTask.FromResult(rows.GetValueOrDefault(sopInstanceUid));
        }

        public ValueTask<long> CountAsync(CancellationToken cancellationToken)
        {
            lock (rows) return ValueTask.FromResult((long)rows.Count);
        }
    }
}
