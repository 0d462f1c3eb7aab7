using Microsoft.Extensions.Logging;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Codecs;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Hosting;
using PacsFusion.Node.Ledger;
using PacsFusion.Tests.Phantoms;

namespace PacsFusion.Tests.Hosting;

/// <summary>
/// Invariant 10, bounded: a decoder that loops, wants the machine's memory or breaks costs its case, and the node goes on
/// answering associations.
/// </summary>
public sealed class FaultyDecoderTests : IDisposable
{
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("pacsfusion-faulty-").FullName;
    private readonly StoppedClock _clock = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(FaultyModule.Loops, "codec-deadline")]
    [InlineData(FaultyModule.AsksForTwoGigabytes, "codec-fault")]
    [InlineData(FaultyModule.Traps, "codec-fault")]
    public async Task AssociationsAreServedWhileADecoderMisbehaves(string body, string code)
    {
        var token = TestContext.Current.CancellationToken;
        // The deadline runs on a clock that only the test moves, so a decoder that loops does so for as long as the test wants.
        using var module = CodecModule.FromText(FaultyModule.Text(body), new CodecModuleOptions { MemoryLimit = 64L << 20, FrameDeadline = TimeSpan.FromSeconds(5), Time = _clock });
        var codecs = new WatchedCodecs(module);
        await using var node = await NodeHost.StartAsync(Configuration(), Path.Combine(_folder, "data"), TimeProvider.System, _ => { }, token, codecs);
        using var phantom = new PhantomFiles();
        foreach (var path in phantom.Ct) MakeFaulty(path);
        var report = await new StoreScu().SendAsync(new DicomPeer("127.0.0.1", node.DicomPort, "PACSFUSION", "MODALITY"), [.. phantom.Ct, .. phantom.Pet], null, token);
        Assert.True(report.AllStored, string.Join('\n', report.Files.Select(file => file.Text)));
        await using var open = await AssociateAsync(node);

        await codecs.Entered.Task.WaitAsync(TimeSpan.FromSeconds(60), token);
        for (var i = 0; i < 5; i++)
        {
            await AnswersAsync(open, i);
            await using var another = await AssociateAsync(node);
            await AnswersAsync(another, 100 + i);
            await another.ReleaseAsync(token);
        }
        if (body == FaultyModule.Loops) Assert.Equal(0, codecs.Left);
        _clock.Advance(TimeSpan.FromMinutes(5));

        FusionCase Case() => Assert.Single(node.Rooms.Cases.All(10));
        await Eventually.HoldsAsync(() => CaseTransitions.IsEnd(Case().State), TimeSpan.FromSeconds(60));
        Assert.Equal(CaseState.Refused, Case().State);
        var refusal = Assert.Single(node.Rooms.Cases.Events(Case().CaseId), e => e.State == "refused");
        Assert.Equal("series-pixels-damaged", refusal.Reason);
        Assert.Contains(code, refusal.Detail, StringComparison.Ordinal);
        await AnswersAsync(open, 999);
        await open.ReleaseAsync(token);
    }

    private static async Task AnswersAsync(DicomClient client, int number)
    {
        var token = TestContext.Current.CancellationToken;
        Assert.True((await client.EchoAsync(token).WaitAsync(Prompt, token)).IsSuccess);
        var sop = DicomUid.FromHash(BitConverter.GetBytes(number).Concat(new byte[28]).ToArray());
        var image = new DicomDataset()
            .Set(DicomTag.SOPClassUID, DicomUid.CTImageStorage).Set(DicomTag.SOPInstanceUID, sop)
            .Set(DicomTag.StudyInstanceUID, "2.25.1").Set(DicomTag.SeriesInstanceUID, "2.25.2").Set(DicomTag.PatientID, "ANOTHER").Set(DicomTag.Modality, "CT");
        var stored = await client.StoreAsync(DicomUid.CTImageStorage, sop, DicomTransferSyntax.ExplicitVRLittleEndian.Uid, image.Encode(DicomTransferSyntax.ExplicitVRLittleEndian), token).WaitAsync(Prompt, token);
        Assert.True(stored.IsSuccess, stored.ToString());
    }

    private static Task<DicomClient> AssociateAsync(NodeHost node) => DicomClient.ConnectAsync(
        new DicomPeer("127.0.0.1", node.DicomPort, "PACSFUSION", "OTHER"),
        [new PresentationContextProposal(DicomUid.Verification, [DicomTransferSyntax.ImplicitVRLittleEndian.Uid]), new PresentationContextProposal(DicomUid.CTImageStorage, [DicomTransferSyntax.ExplicitVRLittleEndian.Uid])],
        cancellationToken: TestContext.Current.CancellationToken);

    private static void MakeFaulty(string path)
    {
        var file = DicomFile.Read(path);
        var (rows, columns, bits) = (file.Dataset.GetInt(DicomTag.Rows)!.Value, file.Dataset.GetInt(DicomTag.Columns)!.Value, file.Dataset.GetInt(DicomTag.BitsStored)!.Value);
        var dataset = file.Dataset.Clone().SetEncapsulatedPixelData(FaultyModule.Frame(1, rows, columns, (byte)bits));
        new DicomFile(dataset, DicomTransferSyntax.JpegLSLossless).Write(path);
    }

    private NodeConfiguration Configuration()
    {
        var file = Path.Combine(_folder, "node.yaml");
        File.WriteAllText(file, """
            node: { dicomPort: 0 }
            web: { url: "http://127.0.0.1:0" }
            settle: { quiet: 1s }
            destinations: []
            retention: { minFreeSpace: 1MB }
            """);
        var loaded = ConfigurationLoader.Load(file, [], new Dictionary<string, string>());
        var configuration = loaded.Value ?? throw new InvalidOperationException(string.Join('\n', loaded.Findings));
        var rule = configuration.Rules.Single(rule => rule.Name == "pet-ct");
        return configuration with { Rules = [rule with { Fuse = rule.Fuse with { Model = "maximum" }, Deliver = [] }] };
    }

    /// <summary>Says when a decoder is entered and left.</summary>
    private sealed class WatchedCodecs(IFrameCodecs inner) : IFrameCodecs
    {
        private int _left;

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Left => Volatile.Read(ref _left);

        public bool CanDecode(DicomTransferSyntax syntax) => inner.CanDecode(syntax);

        public bool CanEncode(DicomTransferSyntax syntax) => inner.CanEncode(syntax);

        public IFrameCodecSession OpenSession() => new Session(this, inner.OpenSession());

        private sealed class Session(WatchedCodecs owner, IFrameCodecSession inner) : IFrameCodecSession
        {
            public bool CanDecode(DicomTransferSyntax syntax) => inner.CanDecode(syntax);

            public void Decode(DicomTransferSyntax syntax, ReadOnlySpan<byte> codestream, FrameDescription frame, Span<byte> destination)
            {
                owner.Entered.TrySetResult();
                try
                {
                    inner.Decode(syntax, codestream, frame, destination);
                }
                finally
                {
                    Interlocked.Increment(ref owner._left);
                }
            }

            public byte[] Encode(DicomTransferSyntax syntax, ReadOnlySpan<byte> pixels, FrameDescription frame) => inner.Encode(syntax, pixels, frame);

            public void Dispose() => inner.Dispose();
        }
    }

    /// <summary>A clock that stands until it is moved.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }
}
