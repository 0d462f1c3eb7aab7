using PacsFusion.Dicom;
using PacsFusion.Tests;

namespace PacsFusion.Imaging.Tests;

public sealed class LossySyntaxTests
{
    [Fact]
    public void A_lossy_syntax_counts_with_the_ratio_of_its_bytes_where_the_header_is_silent()
    {
        var file = DicomFile.Read(SharedData.Require("data", "odd", "syntax", "JPEGLSNearLossless_16.dcm"));
        var slices = Enumerable.Range(0, 4).Select(k =>
        {
            var slice = file.Dataset.Clone().CopyFrom(new FieldStack().Slice(k, $"1.2.3.{k}"), DicomTag.SOPClassUID, DicomTag.SOPInstanceUID, DicomTag.SeriesInstanceUID,
                DicomTag.Modality, DicomTag.ImageType, DicomTag.ImagePositionPatient, DicomTag.ImageOrientationPatient, DicomTag.PixelSpacing);
            slice.Remove(DicomTag.LossyImageCompression);
            slice.Remove(DicomTag.LossyImageCompressionRatio);
            return new DicomFile(slice, file.TransferSyntax);
        }).ToList();

        using var series = new SeriesReader(new() { Codecs = new Ramp() }).Read(slices).Value;

        var bytes = (double)file.Dataset.GetInt(DicomTag.Rows)!.Value * file.Dataset.GetInt(DicomTag.Columns)!.Value * 2;
        Assert.True(series.Facts.IsLossy);
        Assert.Equal(bytes / file.Dataset.GetBytes(DicomTag.PixelData).Length, series.Facts.LossyRatio!.Value, 1e-9);
        Assert.Equal(ImagingReasons.UndecodableSyntax, new SeriesReader().Read(slices).Refusal?.Code);
    }

    /// <summary>Stands for a decoder: only the size of what came in matters here.</summary>
    private sealed class Ramp : IFrameCodecs, IFrameCodecSession
    {
        public bool CanDecode(DicomTransferSyntax syntax) => true;

        public bool CanEncode(DicomTransferSyntax syntax) => false;

        public IFrameCodecSession OpenSession() => this;

        public void Decode(DicomTransferSyntax syntax, ReadOnlySpan<byte> codestream, FrameDescription frame, Span<byte> destination)
        {
            for (var i = 0; i < destination.Length; i++) destination[i] = (byte)(i % 2 == 0 ? i / 2 : 0);
        }

        public byte[] Encode(DicomTransferSyntax syntax, ReadOnlySpan<byte> pixels, FrameDescription frame) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
