using PacsFusion.Dicom;
using PacsFusion.Dicom.Codecs;
using PacsFusion.Imaging;
using PacsFusion.Node.Align;
using PacsFusion.Node.Ledger;
using PacsFusion.Tests.Phantoms;

namespace PacsFusion.Tests.Align;

/// <summary>Compressed series are fused as if they had come uncompressed, and refused by name where there are no codecs.</summary>
public sealed class CompressedSeriesTests(SmallPhantom small) : IClassFixture<SmallPhantom>
{
    private static readonly CodecModuleOptions Options = new()
    {
        CacheFolder = Path.Combine(Path.GetTempPath(), $"pacsfusion-codecs-{Environment.UserName}"),
        FrameDeadline = TimeSpan.FromSeconds(60),
    };

    [Fact]
    public void APairInJpeg2000AndJpegLsGivesTheSameVoxels()
    {
        Assert.SkipUnless(File.Exists(Options.ModulePath), "the codec module is not here; scripts/setup restores it with npm");
        using var module = CodecModule.Open(Options);
        using var phantom = new PhantomFiles();
        Compress(phantom.Ct, DicomTransferSyntax.Jpeg2000Lossless, module);
        Compress(phantom.Pet, DicomTransferSyntax.JpegLSLossless, module);

        var pool = new VolumePool();
        using var pair = new SeriesAligner(new AlignOptions { Threads = 2, Codecs = module }, pool).Align(phantom.Ct, phantom.Pet, PhantomFiles.Rule(), CancellationToken.None).Value;
        using var plain = small.Files.Align();

        Assert.True(plain.Fixed.Volume.Voxels.Span.SequenceEqual(pair.Fixed.Volume.Voxels.Span));
        Assert.True(plain.MovingOnFixed.Voxels.Span.SequenceEqual(pair.MovingOnFixed.Voxels.Span));

        var refused = new SeriesAligner(new AlignOptions { Threads = 2 }, pool).Align(phantom.Ct, phantom.Pet, PhantomFiles.Rule(), CancellationToken.None);
        Assert.Equal(ImagingReasons.UndecodableSyntax, refused.Refusal?.Code);
    }

    [Fact]
    public void ACodestreamOfAnotherSizeIsRefusedAndNothingOfAnotherFrameIsShown()
    {
        Assert.SkipUnless(File.Exists(Options.ModulePath), "the codec module is not here; scripts/setup restores it with npm");
        using var module = CodecModule.Open(Options);
        using var phantom = new PhantomFiles();
        Compress(phantom.Ct, DicomTransferSyntax.Jpeg2000Lossless, module);
        var last = DicomFile.Read(phantom.Ct[^1]);
        using (var session = module.OpenSession())
        {
            var tiny = session.Encode(DicomTransferSyntax.Jpeg2000Lossless, new byte[2 * 8 * 8], new FrameDescription(8, 8, 1, 16, 16, true, "MONOCHROME2"));
            last.Dataset.SetEncapsulatedPixelData(new ReadOnlyMemory<byte>(tiny));
        }
        last.Write(phantom.Ct[^1]);

        var pool = new VolumePool();
        var outcome = new SeriesAligner(new AlignOptions { Threads = 2, Codecs = module }, pool).Align(phantom.Ct, phantom.Pet, PhantomFiles.Rule(), CancellationToken.None);
        Assert.Equal(ImagingReasons.BadPixels, outcome.Refusal?.Code);
        Assert.Contains("codestream-mismatch", outcome.Refusal!.Text, StringComparison.Ordinal);
    }

    private static void Compress(IEnumerable<string> paths, DicomTransferSyntax syntax, IFrameCodecs codecs)
    {
        foreach (var path in paths) DicomTranscoder.Transcode(DicomFile.Read(path), syntax, codecs).Write(path);
    }
}
