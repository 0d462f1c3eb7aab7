using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Match.Internal;

/// <summary>Whether one series can take a role, looked at alone.</summary>
internal static class Eligibility
{
    /// <summary>The first reason against it whatever the role; null where there is none.</summary>
    public static ReasonCode? RefuseForRule(SeriesDescriptor series, FusionRule rule) =>
        series.IsOwnResult ? MatchReasons.OwnResult
        : !series.IsImage ? MatchReasons.NotAnImage
        : !rule.Fixed.Modalities.Contains(series.Modality) && !rule.Moving.Modalities.Contains(series.Modality) ? MatchReasons.WrongModality
        : rule.FromAeTitles is { } from && !from.Contains(series.CallingAeTitle) ? MatchReasons.OtherSource
        : series.IsLocalizer ? MatchReasons.Localizer
        : !series.CanDecode ? MatchReasons.TransferSyntaxNotDecodable
        : series.Patient.PatientId.Length == 0 ? MatchReasons.PatientIdMissing
        : series.HasMixedIdentity ? MatchReasons.MixedPatientIdentity
        : null;

    /// <summary>The first reason against it in this role; null where there is none.</summary>
    public static ReasonCode? RefuseForRole(SeriesDescriptor series, RoleSpec role)
    {
        var require = role.Require;
        if (series.IsDerived && !role.AllowDerived) return MatchReasons.Derived;
        if (require.AttenuationCorrected is { } corrected && series.AttenuationCorrected != corrected)
            return corrected ? MatchReasons.NotAttenuationCorrected : MatchReasons.AttenuationCorrected;
        if (require.Units is { } units && !units.Contains(series.Units ?? "")) return MatchReasons.UnitsNotQuantitative;
        if (require.ImageType is { } types && !types.All(series.ImageType.Contains)) return MatchReasons.ImageTypeNotWanted;
        if (series.SliceCount < require.MinSlices) return MatchReasons.TooFewSlices;
        if (series.SliceCount > require.MaxSlices) return MatchReasons.TooManySlices;
        // Written so that an unknown thickness fails.
        if (require.MinSliceThickness is { } thinnest && !(series.EffectiveThickness >= thinnest)) return MatchReasons.SlicesTooThin;
        if (require.MaxSliceThickness is { } thickest && !(series.EffectiveThickness <= thickest)) return MatchReasons.SlicesTooThick;
        if (require.Description is { } description && !description.IsMatch(series.SeriesDescription)) return MatchReasons.DescriptionNotWanted;
        if (require.BodyPart is { } parts && !parts.Contains(series.BodyPart)) return MatchReasons.BodyPartNotWanted;
        if (require.Manufacturer is { } makers && !makers.Any(m => series.Manufacturer.Contains(m, StringComparison.OrdinalIgnoreCase))) return MatchReasons.ManufacturerNotWanted;
        if (require.Orientation is { } planes && !planes.Contains(series.Orientation)) return MatchReasons.OrientationNotWanted;
        return RefuseExcluded(series, role.Exclude);
    }

    private static ReasonCode? RefuseExcluded(SeriesDescriptor series, ConditionSpec exclude)
    {
        if (exclude.AttenuationCorrected is { } corrected && series.AttenuationCorrected == corrected)
            return corrected ? MatchReasons.AttenuationCorrected : MatchReasons.NotAttenuationCorrected;
        if (exclude.Units is { } units && units.Contains(series.Units ?? "")) return MatchReasons.UnitsNotQuantitative;
        if (exclude.ImageType is { } types && types.Any(series.ImageType.Contains)) return MatchReasons.ImageTypeNotWanted;
        if (exclude.Description is { } description && description.IsMatch(series.SeriesDescription)) return MatchReasons.DescriptionNotWanted;
        if (exclude.BodyPart is { } parts && parts.Contains(series.BodyPart)) return MatchReasons.BodyPartNotWanted;
        if (exclude.Manufacturer is { } makers && makers.Any(m => series.Manufacturer.Contains(m, StringComparison.OrdinalIgnoreCase))) return MatchReasons.ManufacturerNotWanted;
        if (exclude.Orientation is { } planes && planes.Contains(series.Orientation)) return MatchReasons.OrientationNotWanted;
        return InExcludedRange(series, exclude) ? MatchReasons.Excluded : null;
    }

    // Beside minimum or maximum alone, both together name one range: what lies inside it is excluded.
    private static bool InExcludedRange(SeriesDescriptor series, ConditionSpec exclude) =>
        ((exclude.MinSlices ?? exclude.MaxSlices) is not null && series.SliceCount >= (exclude.MinSlices ?? int.MinValue) && series.SliceCount <= (exclude.MaxSlices ?? int.MaxValue))
        || ((exclude.MinSliceThickness ?? exclude.MaxSliceThickness) is not null && series.EffectiveThickness is { } thickness
            && thickness >= (exclude.MinSliceThickness ?? double.MinValue) && thickness <= (exclude.MaxSliceThickness ?? double.MaxValue));
}
