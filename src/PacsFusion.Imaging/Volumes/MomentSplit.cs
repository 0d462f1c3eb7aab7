namespace PacsFusion.Imaging;

/// <summary>Several images at each position are so many volumes: parts them by what tells them apart, and picks one.</summary>
internal static class MomentSplit
{
    /// <summary>Scanners trigger each slice at its own time: there the n-th image of every position belongs together.</summary>
    private static readonly HashSet<MomentKey> s_ranked = [MomentKey.CardiacDelay, MomentKey.RespiratoryDelay, MomentKey.FrameTime];

    internal sealed record Part(List<ImagePlane> Planes, IReadOnlyList<(MomentKey Key, double Value, string Name)> Moments)
    {
        public string Name => string.Join(", ", Moments.Select(moment => moment.Name));
    }

    /// <summary>All volumes in ascending order of their moments; empty where the images cannot be told apart. One where nothing is doubled.</summary>
    /// <param name="places">Each image with the number of its position.</param>
    public static List<Part> Split(IReadOnlyList<(ImagePlane Plane, int Place)> places)
    {
        var positions = places.Select(entry => entry.Place).Distinct().Count();
        return Divide(places, positions, 0, []);
    }

    /// <summary>Which volume a radiographer would take; the first, lowest or most quiet one, of a dynamic PET the last.</summary>
    public static int Preferred(IReadOnlyList<Part> parts, string modality)
    {
        var best = 0;
        for (var i = 1; i < parts.Count; i++)
            if (Compare(parts[i], parts[best], modality) < 0) best = i;
        return best;
    }

    private static int Compare(Part a, Part b, string modality)
    {
        for (var i = 0; i < Math.Min(a.Moments.Count, b.Moments.Count); i++)
        {
            if (a.Moments[i].Key != b.Moments[i].Key) return 0;
            var order = Cost(a.Moments[i].Key, a.Moments[i].Value, modality).CompareTo(Cost(b.Moments[i].Key, b.Moments[i].Value, modality));
            if (order != 0) return order;
        }
        return 0;
    }

    private static double Cost(MomentKey key, double value, string modality) => key switch
    {
        // Uptake is seen late.
        MomentKey.TemporalPosition or MomentKey.FrameTime when modality == "PT" => -value,
        // Mid-diastole: the heart is most quiet.
        MomentKey.CardiacPercent => Math.Abs(value - 75),
        // End of expiration.
        MomentKey.RespiratoryPercent => Math.Abs(value - 50),
        _ => value,
    };

    private static List<Part> Divide(IReadOnlyList<(ImagePlane Plane, int Place)> places, int positions, MomentKey from, IReadOnlyList<(MomentKey, double, string)> moments)
    {
        var depth = Depth(places);
        if (depth == 1) return [new Part([.. places.Select(entry => entry.Plane)], moments)];
        for (var key = from; key <= MomentKey.AcquisitionNumber; key++)
        {
            if (places.Any(entry => entry.Plane.Moment[key] is null)) continue;
            foreach (var groups in (IEnumerable<List<(double Value, List<(ImagePlane, int)> Members)>>)[ByValue(places, key), ByRank(places, key, depth)])
            {
                if (groups.Count(group => Covers(group.Members, positions)) < 2 || groups.Any(group => Depth(group.Members) >= depth)) continue;
                var parts = new List<Part>();
                foreach (var (value, members) in groups)
                    if (Covers(members, positions))
                        parts.AddRange(Divide(members, positions, key + 1, [.. moments, (key, value, PlaneMoment.Name(key, value))]));
                if (parts.Count > 0) return parts;
            }
        }
        return [];
    }

    private static List<(double Value, List<(ImagePlane, int)> Members)> ByValue(IReadOnlyList<(ImagePlane Plane, int Place)> places, MomentKey key) =>
        [.. places.GroupBy(entry => entry.Plane.Moment[key]!.Value).OrderBy(group => group.Key).Select(group => (group.Key, group.ToList()))];

    private static List<(double Value, List<(ImagePlane, int)> Members)> ByRank(IReadOnlyList<(ImagePlane Plane, int Place)> places, MomentKey key, int depth)
    {
        if (!s_ranked.Contains(key)) return [];
        var ranks = Enumerable.Range(0, depth).Select(_ => new List<(ImagePlane Plane, int Place)>()).ToList();
        foreach (var place in places.GroupBy(entry => entry.Place))
        {
            var ordered = place.OrderBy(entry => entry.Plane.Moment[key]).ToList();
            if (ordered.Count != depth || ordered.DistinctBy(entry => entry.Plane.Moment[key]).Count() != depth) return [];
            for (var rank = 0; rank < depth; rank++) ranks[rank].Add(ordered[rank]);
        }
        return [.. ranks.Select(rank => (rank.Average(entry => entry.Plane.Moment[key]!.Value), rank))];
    }

    private static bool Covers(IReadOnlyList<(ImagePlane Plane, int Place)> members, int positions) =>
        members.Select(entry => entry.Place).Distinct().Count() == positions;

    private static int Depth(IReadOnlyList<(ImagePlane Plane, int Place)> places) => places.CountBy(entry => entry.Place).Max(count => count.Value);
}
