using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Match.Internal;

/// <summary>What must hold between two series that each fit their role.</summary>
internal static class PairConditions
{
    /// <summary>The first reason against the pair; null where it may be made, contradictions of identity apart.</summary>
    public static ReasonCode? Refuse(PairSpec pair, SeriesDescriptor fixedSeries, SeriesDescriptor moving)
    {
        if (fixedSeries.SeriesInstanceUid == moving.SeriesInstanceUid) return MatchReasons.SameSeries;
        var sameStudy = fixedSeries.StudyInstanceUid == moving.StudyInstanceUid;
        // In one study two IDs are a contradiction for a person to look at; elsewhere they are simply two patients.
        if (!sameStudy && !fixedSeries.Patient.HasSameIdAs(moving.Patient)) return MatchReasons.DifferentPatient;
        if (pair.SameStudy && !sameStudy) return MatchReasons.DifferentStudy;
        if (pair.SameFrameOfReference && (string.IsNullOrEmpty(fixedSeries.FrameOfReferenceUid) || fixedSeries.FrameOfReferenceUid != moving.FrameOfReferenceUid))
            return MatchReasons.DifferentFrameOfReference;
        if (pair.MaxInterval is { } longest && !((fixedSeries.Start - moving.Start)?.Duration() <= longest)) return MatchReasons.TooFarApart;
        return null;
    }

    /// <summary>Names of the attributes in which the two contradict each other (invariant 1).</summary>
    public static IReadOnlyList<string> Contradictions(SeriesDescriptor fixedSeries, SeriesDescriptor moving)
    {
        var found = new List<string>(fixedSeries.Patient.ContradictionsWith(moving.Patient));
        if (!fixedSeries.Patient.HasSameIdAs(moving.Patient)) found.Add("PatientID");
        return found;
    }
}
