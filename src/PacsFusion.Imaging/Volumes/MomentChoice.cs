using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>Which of several volumes at the same positions is taken.</summary>
internal static class MomentChoice
{
    // More are counted in a message but not named.
    private const int Named = 12;

    /// <summary>Leaves the planes of one volume; refuses where images at one position cannot be told apart.</summary>
    /// <param name="sorted">Planes in order of position; replaced by those of the volume taken.</param>
    /// <param name="places">The same with the number of their position.</param>
    /// <param name="options">Which volume is asked for.</param>
    /// <param name="warnings">Takes what was left out.</param>
    /// <returns>Names of all volumes, and which was taken, from 1; empty and null where it is one.</returns>
    public static (IReadOnlyList<string> Names, int? Taken) Take(ref List<ImagePlane> sorted, List<(ImagePlane Plane, int Place)> places,
        SeriesReaderOptions options, List<ImagingWarning> warnings)
    {
        // All at one place is a film of one cut, however it is told apart.
        var parts = places.Count > 1 && places[^1].Place == 0 ? [] : MomentSplit.Split(places);
        if (parts.Count == 0)
            throw new SeriesRefusedException(ImagingReasons.DuplicatePositions, $"Several different slices at one position; {sorted.Count} slices at {places[^1].Place + 1} positions.");
        if (options.SubVolume is { } asked && (asked < 1 || asked > parts.Count))
            throw new SeriesRefusedException(ImagingReasons.NoSuchVolume, $"Volume {asked} was asked for; the series holds {parts.Count}.");
        if (parts.Count == 1 && parts[0].Moments.Count == 0) return ([], null);
        var modality = sorted[0].Instance.Header.GetString(DicomTag.Modality) ?? "";
        var taken = options.SubVolume - 1 ?? MomentSplit.Preferred(parts, modality);
        var left = sorted.Count - parts.Sum(part => part.Planes.Count);
        sorted = parts[taken].Planes;
        var names = parts.Select(part => part.Name).ToList();
        warnings.Add(new ImagingWarning(ImagingReasons.SeveralVolumes,
            $"{parts.Count} volumes at the same positions; taken: {taken + 1} ({names[taken]}). All: {string.Join("; ", names.Take(Named))}{(names.Count > Named ? "; and more" : "")}."
            + (left > 0 ? $" {left} slices belong to none of them." : "")));
        return (names, taken + 1);
    }
}
