using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Match.Internal;

/// <summary>Orders series that fit a role: by each preference in turn, then by Series Instance UID, so that no two are equal.</summary>
/// <param name="preferences">Most important first.</param>
/// <param name="partner">The fixed series that they would be moved onto; null in the fixed role.</param>
internal sealed class PreferenceOrder(IReadOnlyList<Preference> preferences, SeriesDescriptor? partner) : IComparer<SeriesDescriptor>
{
    /// <inheritdoc/>
    public int Compare(SeriesDescriptor? x, SeriesDescriptor? y)
    {
        if (x is null || y is null) return (x is null ? 1 : 0) - (y is null ? 1 : 0);
        foreach (var preference in preferences)
            if (Compare(preference, x, y) is var order and not 0) return order;
        var byUid = string.CompareOrdinal(x.SeriesInstanceUid, y.SeriesInstanceUid);
        return byUid != 0 ? byUid : string.CompareOrdinal(x.PatientKey, y.PatientKey);
    }

    /// <summary>Why <paramref name="winner"/> comes before <paramref name="loser"/>.</summary>
    public ReasonCode Explain(SeriesDescriptor winner, SeriesDescriptor loser)
    {
        foreach (var preference in preferences)
            if (Compare(preference, winner, loser) < 0) return ReasonOf(preference);
        return MatchReasons.LessPreferred;
    }

    private int Compare(Preference preference, SeriesDescriptor x, SeriesDescriptor y) => preference switch
    {
        Preference.Original => First(!x.IsDerived, !y.IsDerived),
        Preference.Derived => First(x.IsDerived, y.IsDerived),
        Preference.AttenuationCorrected => First(x.AttenuationCorrected == true, y.AttenuationCorrected == true),
        Preference.Thinnest => Least(Thickness(x), Thickness(y)),
        Preference.Thickest => Least(-Thickness(x), -Thickness(y)),
        Preference.MostSlices => y.SliceCount.CompareTo(x.SliceCount),
        Preference.FewestSlices => x.SliceCount.CompareTo(y.SliceCount),
        Preference.LargestMatrix => Matrix(y).CompareTo(Matrix(x)),
        Preference.SmallestMatrix => Matrix(x).CompareTo(Matrix(y)),
        Preference.Newest => Least(-x.Start?.Ticks, -y.Start?.Ticks),
        Preference.Oldest => Least(x.Start?.Ticks, y.Start?.Ticks),
        Preference.Nearest => Least(Distance(x), Distance(y)),
        Preference.Axial => First(x.Orientation == OrientationClass.Axial, y.Orientation == OrientationClass.Axial),
        Preference.Coronal => First(x.Orientation == OrientationClass.Coronal, y.Orientation == OrientationClass.Coronal),
        Preference.Sagittal => First(x.Orientation == OrientationClass.Sagittal, y.Orientation == OrientationClass.Sagittal),
        _ => throw new InvalidOperationException($"Unknown preference {preference}."),
    };

    private static ReasonCode ReasonOf(Preference preference) => preference switch
    {
        Preference.Original => MatchReasons.OriginalPreferred,
        Preference.Derived => MatchReasons.DerivedPreferred,
        Preference.AttenuationCorrected => MatchReasons.AttenuationCorrectedPreferred,
        Preference.Thinnest => MatchReasons.ThinnerPreferred,
        Preference.Thickest => MatchReasons.ThickerPreferred,
        Preference.MostSlices => MatchReasons.MoreSlicesPreferred,
        Preference.FewestSlices => MatchReasons.FewerSlicesPreferred,
        Preference.LargestMatrix => MatchReasons.LargerMatrixPreferred,
        Preference.SmallestMatrix => MatchReasons.SmallerMatrixPreferred,
        Preference.Newest => MatchReasons.NewerPreferred,
        Preference.Oldest => MatchReasons.OlderPreferred,
        Preference.Nearest => MatchReasons.NearerInTimePreferred,
        Preference.Axial => MatchReasons.AxialPreferred,
        Preference.Coronal => MatchReasons.CoronalPreferred,
        _ => MatchReasons.SagittalPreferred,
    };

    private static int First(bool x, bool y) => y.CompareTo(x);

    // What is not known comes last.
    private static int Least<T>(T? x, T? y) where T : struct, IComparable<T> =>
        x is { } a && y is { } b ? a.CompareTo(b) : (x is null ? 1 : 0) - (y is null ? 1 : 0);

    // To a hundredth of a millimetre: computed steps differ in their last digits.
    private static double? Thickness(SeriesDescriptor series) => series.EffectiveThickness is { } thickness ? Math.Round(thickness, 2) : null;

    private static long Matrix(SeriesDescriptor series) => (long)series.Rows * series.Columns;

    private long? Distance(SeriesDescriptor series) =>
        series.Start is { } start && partner?.Start is { } other ? Math.Abs((start - other).Ticks) : null;
}
