using System.Globalization;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Codecs;
using PacsFusion.Tests;

namespace PacsFusion.Interop.Tests;

/// <summary>
/// Frames that were compressed with loss, pixel by pixel beside GDCM and DCMTK: decoders may round differently, so a tolerance stands
/// with each file. Colour is compared as RGB.
/// </summary>
public sealed class LossyPixelsOfOthers : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pacsfusion-lossy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // JPEG-LS decodes to one result whoever does it; the transforms of JPEG and JPEG 2000 round.
    [Theory]
    [InlineData("gdcmconv", "syntax/JPGExtended.dcm", 1)]
    [InlineData("gdcmconv", "syntax/JPEG-lossy.dcm", 1)]
    [InlineData("gdcmconv", "syntax/JPEGLSNearLossless_08.dcm", 0)]
    [InlineData("gdcmconv", "syntax/JPEGLSNearLossless_16.dcm", 0)]
    [InlineData("gdcmconv", "syntax/SC_rgb_jls_lossy_line.dcm", 0)]
    [InlineData("gdcmconv", "syntax/SC_rgb_jls_lossy_sample.dcm", 0)]
    [InlineData("gdcmconv", "syntax/JPEG2000.dcm", 1)]
    [InlineData("gdcmconv", "syntax/693_J2KI.dcm", 1)]
    [InlineData("gdcmconv", "pixels/SC_rgb_small_odd_jpeg.dcm", 2)]
    [InlineData("gdcmconv", "pixels/jpeg_rgb.dcm", 2)]
    [InlineData("gdcmconv", "pixels/jpeg_ybr_444.dcm", 2)]
    [InlineData("gdcmconv", "pixels/jpeg_ybr_422.dcm", 2)]
    [InlineData("gdcmconv", "multiframe/examples_ybr_color.dcm", 2)]
    [InlineData("dcmdjpeg", "syntax/JPGExtended.dcm", 1)]
    [InlineData("dcmdjpeg", "syntax/JPEG-lossy.dcm", 1)]
    [InlineData("dcmdjpeg", "pixels/SC_rgb_small_odd_jpeg.dcm", 2)]
    [InlineData("dcmdjpeg", "pixels/jpeg_rgb.dcm", 2)]
    [InlineData("dcmdjpeg", "pixels/jpeg_ybr_444.dcm", 2)]
    [InlineData("dcmdjpeg", "pixels/jpeg_ybr_422.dcm", 2)]
    [InlineData("dcmdjpeg", "pixels/SC_jpeg_no_color_transform.dcm", 2)]
    [InlineData("dcmdjpeg", "pixels/SC_rgb_jpeg_app14_dcmd.dcm", 2)]
    [InlineData("dcmdjpls", "syntax/JPEGLSNearLossless_08.dcm", 0)]
    [InlineData("dcmdjpls", "syntax/JPEGLSNearLossless_16.dcm", 0)]
    [InlineData("dcmdjpls", "syntax/SC_rgb_jls_lossy_line.dcm", 0)]
    [InlineData("dcmdjpls", "syntax/SC_rgb_jls_lossy_sample.dcm", 0)]
    public async Task EveryPixelIsWithinTheToleranceOfThePeer(string program, string name, int tolerance)
    {
        var tool = ChildProcess.Require(program);
        var options = new CodecModuleOptions { CacheFolder = Path.Combine(Path.GetTempPath(), $"pacsfusion-codecs-{Environment.UserName}"), FrameDeadline = TimeSpan.FromSeconds(60) };
        Assert.SkipUnless(File.Exists(options.ModulePath), "the codec module is not here; scripts/setup restores it with npm");
        var source = SharedData.Require(["data", "odd", .. name.Split('/')]);
        var output = Path.Combine(_folder, "out.dcm");
        var (code, _, error) = await ChildProcess.RunAsync(tool, program switch { "gdcmconv" => ["--raw", source, output], "dcmdjpeg" => ["+cn", source, output], _ => [source, output] });
        Assert.True(code == 0 && File.Exists(output), error);

        using var module = CodecModule.Open(options);
        using var session = module.OpenSession();
        DicomFile own = DicomFile.Read(source), peer = DicomFile.Read(output);
        Assert.False(peer.TransferSyntax.IsEncapsulated);
        DicomPixelData ours = DicomPixelData.Open(own.Dataset, own.TransferSyntax, session), theirs = DicomPixelData.Open(peer.Dataset, peer.TransferSyntax);
        Assert.Equal((ours.Rows, ours.Columns, ours.SamplesPerPixel, ours.NumberOfFrames), (theirs.Rows, theirs.Columns, theirs.SamplesPerPixel, theirs.NumberOfFrames));
        var worst = 0.0;
        for (var frame = 0; frame < ours.NumberOfFrames; frame++)
            worst = Math.Max(worst, Values(ours, frame).Zip(Values(theirs, frame), (a, b) => Math.Abs(a - b)).Max());
        Assert.True(worst <= tolerance, string.Create(CultureInfo.InvariantCulture, $"{worst} {ours.PhotometricInterpretation} {ours.DecodedPhotometricInterpretation} {theirs.PhotometricInterpretation}"));
    }

    private static float[] Values(DicomPixelData pixels, int frame)
    {
        if (pixels.SamplesPerPixel == 1)
        {
            var values = new float[pixels.Rows * pixels.Columns];
            pixels.ReadStoredValues(frame, values);
            return values;
        }
        var rgb = new byte[pixels.Rows * pixels.Columns * 3];
        pixels.ReadRgb(frame, rgb);
        return [.. rgb.Select(value => (float)value)];
    }
}
