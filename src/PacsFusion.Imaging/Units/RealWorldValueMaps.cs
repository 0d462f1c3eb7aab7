using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>One unit of a real world value map beside our own factor.</summary>
/// <param name="MapSopInstanceUid">The map object.</param>
/// <param name="UnitCode">Code of the unit, such as {SUVbw}g/ml.</param>
/// <param name="MapSlope">What the map multiplies with.</param>
/// <param name="OurFactor">Our factor for rescaled values in that unit; null where the header does not yield one.</param>
/// <param name="NamesThisSeries">Whether the map refers to an image of this series.</param>
/// <param name="Warning">Null where both agree within 1 %, or nothing can be compared.</param>
public sealed record MapComparison(string MapSopInstanceUid, string UnitCode, double MapSlope, double? OurFactor, bool NamesThisSeries, ImagingWarning? Warning);

/// <summary>
/// Compares Real World Value Mapping objects (PS3.3 A.46) with our own SUV. They are never used: written by other software, they are wrong by
/// powers of ten often enough. By the standard a map starts from stored values; some start from rescaled ones. Either reading counts.
/// </summary>
public static class RealWorldValueMaps
{
    private const double Tolerance = 0.01;

    /// <summary>Every unit of uptake in the maps of the series' study; maps of other studies are passed over.</summary>
    /// <param name="pet">A PET series as read.</param>
    /// <param name="maps">Data sets of any objects; those that are no maps are passed over.</param>
    public static IReadOnlyList<MapComparison> Compare(SeriesVolume pet, IReadOnlyList<DicomDataset> maps)
    {
        ArgumentNullException.ThrowIfNull(pet);
        ArgumentNullException.ThrowIfNull(maps);
        var result = new List<MapComparison>();
        if (pet.PetSlices.Count == 0 || pet.StudyInstanceUid.Length == 0) return result;
        var slices = pet.Slices.Zip(pet.PetSlices).ToLookup(entry => entry.First.SopInstanceUid, entry => entry.Second.Slope);
        foreach (var map in maps)
        {
            if (map.GetString(DicomTag.SOPClassUID) != DicomUid.RealWorldValueMappingStorage || map.GetString(DicomTag.StudyInstanceUID) != pet.StudyInstanceUid) continue;
            foreach (var item in map.GetSequence(DicomTag.ReferencedImageRealWorldValueMappingSequence))
            {
                var slopes = item.GetSequence(DicomTag.ReferencedImageSequence)
                    .SelectMany(image => slices[image.GetString(DicomTag.ReferencedSOPInstanceUID) ?? ""]).ToList();
                foreach (var mapping in item.GetSequence(DicomTag.RealWorldValueMappingSequence))
                    if (Compare(pet, map, mapping, slopes) is { } comparison) result.Add(comparison);
            }
        }
        return result;
    }

    private static MapComparison? Compare(SeriesVolume pet, DicomDataset map, DicomDataset mapping, List<double> slopes)
    {
        if (PetFrameHeader.UnitsOf(mapping) is not { } unit || mapping.GetDouble(DicomTag.RealWorldValueSlope) is not { } theirs) return null;
        // Only a code that is known gets here; it is safe to repeat.
        var code = mapping.GetItem(DicomTag.MeasurementUnitsCodeSequence)!.GetString(DicomTag.CodeValue)!;
        var ours = Factors(pet, unit.Units, unit.SuvType);
        MapComparison Result(double? factor, ImagingWarning? warning) =>
            new(map.GetString(DicomTag.SOPInstanceUID) ?? "", code, theirs, factor, slopes.Count > 0, warning);
        if (ours.Count == 0) return Result(null, null);
        foreach (var factor in ours)
            if (Near(theirs, factor) || slopes.Count > 0 && slopes.TrueForAll(slope => Near(theirs, slope * factor)))
                return Result(factor, null);
        var other = slopes.Count > 0 ? "" : "; it names another series of the study";
        return Result(ours[0], new ImagingWarning(ImagingReasons.SuvMapDisagrees, FormattableString.Invariant(
            $"A map to {code} says {theirs:G6}; the header makes it {ours[0]:G6} (ratio {theirs / ours[0]:G4}){other}.")));
    }

    // What the header says of that unit; several for lean body mass, whose formula a map does not name.
    private static List<double> Factors(SeriesVolume pet, string units, string? suvType)
    {
        var headers = pet.PetSlices.Select(slice => slice.Header).ToList();
        if (units == "BQML") return headers[0].GetString(DicomTag.Units) == "BQML" ? [1] : [];
        SuvKind[] kinds = suvType switch
        {
            "BSA" => [SuvKind.BodySurfaceArea],
            "IBW" => [SuvKind.IdealBodyWeight],
            "LBM" => [SuvKind.LeanBodyMassJames, SuvKind.LeanBodyMassJames128, SuvKind.LeanBodyMassJanmahasatian],
            _ => [SuvKind.BodyWeight],
        };
        return [.. kinds.Select(kind => SuvConversion.Of(headers, pet.SuvLimits, kind)).Where(suv => suv is { Factor: not null, SliceFactors: null }).Select(suv => suv.Factor!.Value)];
    }

    private static bool Near(double a, double b) => Math.Abs(a / b - 1) <= Tolerance;
}
