using System.Numerics;

namespace PacsFusion.Imaging;

/// <summary>Stored values of one slice to values of the volume's unit, with padding as missing coverage; in place.</summary>
/// <param name="Slope">Multiplied first.</param>
/// <param name="Intercept">Added then.</param>
/// <param name="Padding">Stored values that say nothing.</param>
/// <param name="Floor">Values up to this say nothing either; minus infinity for none.</param>
/// <param name="Fill">What stands where nothing is said.</param>
internal readonly record struct SliceRescale(float Slope, float Intercept, PixelPadding Padding, float Floor, float Fill)
{
    /// <summary>Vectors where a whole one is covered or a whole one is not; equal to <see cref="ApplyScalar"/> in every bit.</summary>
    public SliceFacts Apply(Span<float> values, Span<byte> coverage)
    {
        var facts = SliceFacts.Empty;
        Vector<float> slope = new(Slope), intercept = new(Intercept), low = new(Padding.Low), high = new(Padding.High), floor = new(Floor), fill = new(Fill);
        Vector<float> max = new(facts.Max), min = new(facts.Min);
        var width = Vector<float>.Count;
        var i = 0;
        for (; i <= values.Length - width; i += width)
        {
            var stored = new Vector<float>(values[i..]);
            var value = stored * slope + intercept;
            var uncovered = (Vector.GreaterThanOrEqual(stored, low) & Vector.LessThanOrEqual(stored, high)) | Vector.LessThanOrEqual(value, floor);
            if (uncovered == Vector<int>.AllBitsSet)
            {
                fill.CopyTo(values[i..]);
                coverage.Slice(i, width).Clear();
            }
            else if (uncovered != Vector<int>.Zero || Vector.GreaterThanAny(value, max) || Vector.LessThanAny(value, min))
            {
                ApplyScalar(values, coverage, i, i + width, ref facts);
                (max, min) = (new(facts.Max), new(facts.Min));
            }
            else
            {
                value.CopyTo(values[i..]);
                coverage.Slice(i, width).Fill(1);
                facts.Covered += width;
            }
        }
        ApplyScalar(values, coverage, i, values.Length, ref facts);
        return facts;
    }

    /// <summary>One value after the other, from one index to before another.</summary>
    public void ApplyScalar(Span<float> values, Span<byte> coverage, int from, int to, ref SliceFacts facts)
    {
        for (var i = from; i < to; i++)
        {
            var value = values[i] * Slope + Intercept;
            if (Padding.Contains(values[i]) || value <= Floor)
            {
                values[i] = Fill;
                coverage[i] = 0;
                continue;
            }
            values[i] = value;
            coverage[i] = 1;
            facts.Covered++;
            if (value > facts.Max) (facts.Max, facts.MaxIndex) = (value, i);
            if (value < facts.Min) (facts.Min, facts.MinIndex) = (value, i);
        }
    }
}
