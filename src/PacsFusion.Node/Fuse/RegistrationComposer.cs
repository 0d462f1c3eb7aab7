using System.Globalization;
using PacsFusion.Dicom;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Fuse;

/// <summary>Leaves the transform of a registered pair as a Spatial Registration object, so that any viewer can fuse the originals itself.</summary>
internal sealed class RegistrationComposer(AlignedPair pair, SecondaryCaptureSeries series)
{
    private const string FileName = "registration.dcm";

    /// <summary>Behind the fused series and its key image.</summary>
    private const int NumberOffset = 200_000;

    /// <summary>False where the headers were taken: there is nothing to say then.</summary>
    public bool IsNeeded => pair.Verdict.Source != AlignmentSource.Header;

    /// <summary>Writes the object into the folder.</summary>
    public Outcome<ResultObject> Compose(string folder)
    {
        var built = SpatialRegistrationBuilder.Build(new SpatialRegistration
        {
            Identity = series.Identity,
            FixedHeader = pair.Fixed.Slices[0].Header,
            Fixed = Side(pair.Fixed),
            Moving = Side(pair.Moving),
            FixedToMoving = pair.FixedToMoving,
            SeriesNumber = series.Number + NumberOffset,
            Comment = string.Create(CultureInfo.InvariantCulture, $"capture spread in mm {pair.Facts["alignment"]!["captureSpread"]?.GetValue<double>():0.##}, {pair.Verdict.Outcome.ToString().ToLowerInvariant()}"),
            CreatedAt = series.CreatedAt,
            SoftwareVersion = series.SoftwareVersion,
        });
        if (!built.TryGet(out var dataset, out var refusal)) return refusal;
        DurableFiles.Write(Path.Combine(folder, FileName), stream => new DicomFile(dataset, DicomTransferSyntax.ExplicitVRLittleEndian).Write(stream));
        return new ResultObject(dataset.GetString(DicomTag.SOPInstanceUID)!, DicomUid.SpatialRegistrationStorage, 1, FileName, ResultRole.Registration);
    }

    // A multi-frame object holds many slices and is named once.
    private static RegisteredSeries Side(SeriesVolume volume) => new(volume.Modality, volume.Volume.FrameOfReferenceUid,
        [.. volume.Slices.Select(slice => SourceReference.From(slice.Header)).OfType<SourceReference>().Distinct()]);
}
