using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Match;

namespace PacsFusion.Tests.Match;

public sealed class MatchProperties
{
    private static readonly IReadOnlyList<FusionRule> Shipped = ConfigurationLoader.Load(null, [], new Dictionary<string, string>()).Value!.Rules;

    /// <summary>Random examinations: few distinct values, so that ties and near misses are common.</summary>
    public static Arbitrary<Examination> Examinations()
    {
        var one =
            from kind in Gen.Choose(0, 5)
            from study in Gen.Choose(1, 2)
            from frame in Gen.Choose(1, 2)
            from step in Gen.Elements(1.0, 3.27, 5.0)
            from slices in Gen.Elements(5, 40, 135)
            from derived in Gen.Elements(false, false, true)
            from sex in Gen.Elements("M", "M", "M", "F", "")
            from day in Gen.Choose(1, 3)
            let plain = kind switch
            {
                0 or 1 => SeriesBuilder.Ct(),
                2 => SeriesBuilder.Pet(),
                3 => SeriesBuilder.UncorrectedPet(),
                4 => SeriesBuilder.Mr("0", "T1"),
                _ => SeriesBuilder.Mr("0", "T2 FLAIR"),
            }
            select plain with
            {
                StudyInstanceUid = study.ToString(System.Globalization.CultureInfo.InvariantCulture),
                FrameOfReferenceUid = frame == 1 ? "1.9" : "2.9",
                SliceStep = step,
                SliceCount = slices,
                ImageType = derived ? ["DERIVED", "PRIMARY"] : plain.ImageType,
                Patient = SeriesBuilder.Patient with { Sex = sex },
                Start = new DateTime(1960, 1, day),
            };
        return Gen.Sized(size => one.ArrayOf(Math.Min(12, size)))
            .Select(all => new Examination([.. all.Select((s, i) => s with { SeriesInstanceUid = $"1.{i}" })])).ToArbitrary();
    }

    [Property(Arbitrary = [typeof(MatchProperties)], MaxTest = 200)]
    public void TheOrderOfTheInputDoesNotChangeTheResult(Examination examination, int seed)
    {
        var series = examination.Series;
        var shuffled = series.ToArray();
        new Random(seed).Shuffle(shuffled);

        Assert.Equal(Lines(MatchStage.Evaluate(series, Shipped)), Lines(MatchStage.Evaluate(shuffled, [.. Shipped.Reverse()])));
    }

    [Property(Arbitrary = [typeof(MatchProperties)], MaxTest = 200)]
    public void EachRuleHasAtMostOnePairForEachStudyAndEverythingElseAReason(Examination examination)
    {
        var series = examination.Series;
        var result = MatchStage.Evaluate(series, Shipped);

        Assert.All(result.Pairs.Select(p => (p.Rule, p.Fixed)).Concat(result.Quarantines.Select(q => (q.Rule, q.Fixed)))
            .GroupBy(p => (p.Rule.Name, p.Fixed.StudyInstanceUid)), g => Assert.Single(g));
        foreach (var candidate in result.Candidates)
        {
            Assert.Contains(candidate.Reason, MatchReasons.All);
            Assert.Equal(candidate.Chosen, candidate.Reason == MatchReasons.Chosen);
            Assert.Equal(candidate.Chosen, result.Pairs.Any(p => p.Rule == candidate.Rule && candidate.Series == (candidate.Role == MatchRole.Fixed ? p.Fixed : p.Moving)));
        }
        foreach (var rule in Shipped)
            foreach (var one in series)
                Assert.Contains(result.Candidates, c => c.Rule == rule && c.Series == one);
        Assert.All(result.Pairs, p => Assert.NotEqual(p.Fixed, p.Moving));
        Assert.All(result.Pairs, p => Assert.Empty(p.Fixed.Patient.ContradictionsWith(p.Moving.Patient)));
    }

    private static IEnumerable<string> Lines(MatchResult result) =>
    [
        .. result.Candidates.Select(c => $"{c.Rule.Name} {c.Role} {c.Series} {c.Chosen} {c.Reason.Code}"),
        .. result.Pairs.Select(p => $"{p.Rule.Name} {p.Fixed} {p.Moving}"),
        .. result.Quarantines.Select(q => $"{q.Rule.Name} {q.Fixed} {q.Moving} {string.Join(',', q.Contradictions)}"),
    ];
}

/// <summary>What a property is given.</summary>
public sealed class Examination
{
    internal Examination(SeriesDescriptor[] series) => Series = series;

    internal SeriesDescriptor[] Series { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", Series.Select(s => s.ToString()));
}
