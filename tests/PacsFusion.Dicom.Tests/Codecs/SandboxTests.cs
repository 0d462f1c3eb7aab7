using PacsFusion.Dicom.Codecs;
using PacsFusion.Tests;

namespace PacsFusion.Dicom.Tests;

/// <summary>Decoders that loop, trap, or want the machine's memory: a typed error for their frame, and the others go on.</summary>
public class SandboxTests
{
    private const int Size = 16;

    private static readonly CodecModuleOptions Options = new() { MemoryLimit = 64L << 20, FrameDeadline = TimeSpan.FromMilliseconds(200) };

    [Theory]
    [InlineData(FaultyModule.Loops, "codec-deadline")]
    [InlineData(FaultyModule.Traps, "codec-fault")]
    [InlineData(FaultyModule.AsksForTwoGigabytes, "codec-fault")]
    [InlineData(FaultyModule.Complains, "codec-failed")]
    public void AFaultIsATypedErrorAndTheNextFrameIsDecodedByAFreshInstance(string body, string code)
    {
        using var module = CodecModule.FromText(FaultyModule.Text(body), Options);
        using var session = module.OpenSession();
        var pixels = DicomPixelData.Open(Image(frames: [Frame(0), Frame(1), Frame(0)]), DicomTransferSyntax.JpegLSLossless, session);
        var expected = Enumerable.Repeat((byte)7, Size * Size).ToArray();

        Assert.Equal(expected, pixels.DecodeFrame(0));
        Assert.Equal(code, Assert.Throws<DicomPixelException>(() => pixels.DecodeFrame(1)).Code);
        Assert.Equal(expected, pixels.DecodeFrame(2));
    }

    [Fact]
    public async Task OthersGoOnWhileOneLoops()
    {
        using var module = CodecModule.FromText(FaultyModule.Text(FaultyModule.Loops), Options with { FrameDeadline = TimeSpan.FromSeconds(2) });
        using var session = module.OpenSession();
        var pixels = DicomPixelData.Open(Image(frames: [Frame(0), Frame(1)]), DicomTransferSyntax.JpegLSLossless, session);
        var looping = Task.Run(() => Assert.Throws<DicomPixelException>(() => pixels.DecodeFrame(1)), TestContext.Current.CancellationToken);

        var decoded = 0;
        do
        {
            Assert.Equal(7, pixels.DecodeFrame(0)[0]);
            decoded++;
        }
        while (!looping.IsCompleted);

        Assert.Equal("codec-deadline", (await looping).Code);
        Assert.True(decoded > 1);
    }

    [Fact]
    public void ManagedFaultsStayManagedBesideTheSandbox()
    {
        using var module = CodecModule.FromText(FaultyModule.Text(FaultyModule.Traps), Options);
        using var session = module.OpenSession();
        Assert.Throws<DicomPixelException>(() => DicomPixelData.Open(Image(frames: [Frame(1)]), DicomTransferSyntax.JpegLSLossless, session).DecodeFrame(0));

        // The sandbox catches the same signals that the runtime makes exceptions of.
        string? nothing = Environment.GetEnvironmentVariable("PACSFUSION_NOT_SET");
        Assert.Throws<NullReferenceException>(() => nothing!.Length);
    }

    [Fact]
    public void AModuleWithoutItsExportsIsUnusable()
    {
        using var module = CodecModule.FromText("(module (memory (export \"memory\") 1))", Options);
        using var session = module.OpenSession();
        var pixels = DicomPixelData.Open(Image(frames: [Frame(0)]), DicomTransferSyntax.JpegLSLossless, session);

        Assert.Equal("codec-unusable", Assert.Throws<DicomPixelException>(() => pixels.DecodeFrame(0)).Code);
    }

    [Fact]
    public void AnotherModuleThanTheKnownOneIsRefused()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Assert.Equal("codec-module-missing", Assert.Throws<CodecModuleException>(() => CodecModule.Open(new CodecModuleOptions { ModulePath = path })).Code);
        try
        {
            File.WriteAllBytes(path, [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]);
            Assert.Equal("codec-module-unknown", Assert.Throws<CodecModuleException>(() => CodecModule.Open(new CodecModuleOptions { ModulePath = path })).Code);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Frame(byte mark) => FaultyModule.Frame(mark, Size, Size, 8);

    internal static DicomDataset Image(int rows = Size, int columns = Size, int allocated = 8, int stored = 8, int samples = 1, bool signed = false, params byte[][] frames) =>
        new DicomDataset()
            .Set(DicomTag.SamplesPerPixel, samples).Set(DicomTag.PhotometricInterpretation, samples == 1 ? "MONOCHROME2" : "RGB")
            .Set(DicomTag.NumberOfFrames, frames.Length).Set(DicomTag.Rows, rows).Set(DicomTag.Columns, columns)
            .Set(DicomTag.BitsAllocated, allocated).Set(DicomTag.BitsStored, stored).Set(DicomTag.HighBit, stored - 1).Set(DicomTag.PixelRepresentation, signed ? 1 : 0)
            .SetEncapsulatedPixelData([.. frames.Select(frame => (ReadOnlyMemory<byte>)frame)]);
}
