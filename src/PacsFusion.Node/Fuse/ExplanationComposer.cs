using System.Globalization;
using PacsFusion.Dicom;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Fuse;

/// <summary>Writes the series that shows for every pixel which source it comes from, slice by slice beside the fused one.</summary>
internal sealed class ExplanationComposer(AlignedPair pair, SecondaryCaptureSeries fused)
{
    private const string FolderName = "explanation";
    private readonly SecondaryCaptureSeries _series = fused.Explanation(pair.Fixed.Modality, pair.Moving.Modality);
    private byte[] _pixels = [];

    public string SeriesInstanceUid => _series.SeriesInstanceUid;

    /// <summary>Writes the object of one slice into the folder.</summary>
    public Outcome<ResultObject> Compose(FusedSlice slice, IReadOnlyList<SourceReference> moving, string folder)
    {
        Paint(slice);
        var built = new SecondaryCaptureBuilder(_series).Build(new SecondaryCaptureSlice
        {
            FixedHeader = SliceHeader.Of(pair.Fixed, slice.Index),
            FixedFrame = pair.Fixed.Slices[slice.Index].FrameNumber,
            Moving = moving,
            Index = slice.Index,
            Columns = slice.Columns,
            Rows = slice.Rows,
            Pixels = _pixels,
            IsColour = true,
        });
        if (!built.TryGet(out var dataset, out var refusal)) return refusal;
        var name = string.Create(CultureInfo.InvariantCulture, $"{FolderName}/{slice.Index + 1:0000}.dcm");
        Directory.CreateDirectory(Path.Combine(folder, FolderName));
        DurableFiles.Write(Path.Combine(folder, name), stream => new DicomFile(dataset, DicomTransferSyntax.ExplicitVRLittleEndian).Write(stream));
        return new ResultObject(dataset.GetString(DicomTag.SOPInstanceUID)!, DicomUid.SecondaryCaptureImageStorage, slice.Index + 1, name, ResultRole.Explanation);
    }

    private void Paint(FusedSlice slice)
    {
        ReadOnlySpan<byte> share = slice.FixedShare.Span, a = slice.Fixed.Span, b = slice.Moving.Span;
        if (_pixels.Length != 3 * share.Length) _pixels = new byte[3 * share.Length];
        for (var i = 0; i < share.Length; i++)
        {
            var (red, green, blue) = (a[i] | b[i]) == 0 ? default : ColourMap.Share[share[i]];
            _pixels[3 * i] = red;
            _pixels[3 * i + 1] = green;
            _pixels[3 * i + 2] = blue;
        }
    }
}
