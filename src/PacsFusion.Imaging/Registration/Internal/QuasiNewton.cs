namespace PacsFusion.Imaging;

/// <summary>
/// Maximises a smooth function of a few parameters by BFGS with a bounded step and a backtracking search along the line. Parameters are
/// scaled to millimetres, so that one bound and one tolerance suit all of them.
/// </summary>
/// <param name="stepLimit">Longest step, mm.</param>
/// <param name="tolerance">Steps shorter than this end the search, mm.</param>
/// <param name="iterations">Steps at most.</param>
internal sealed class QuasiNewton(double stepLimit, double tolerance, int iterations)
{
    /// <summary>Value at a place; fills the gradient. Negative infinity marks a place that must not be taken.</summary>
    public delegate double Function(ReadOnlySpan<double> place, Span<double> gradient);

    /// <summary>Improves a place; returns the value there.</summary>
    public double Maximize(Span<double> place, Function function)
    {
        var n = place.Length;
        double[] gradient = new double[n], tried = new double[n], triedGradient = new double[n], direction = new double[n], inverse = new double[n * n];
        var value = function(place, gradient);
        if (double.IsNegativeInfinity(value)) return value;
        var fresh = Reset(inverse, gradient);
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            Multiply(inverse, gradient, direction);
            double slope = Dot(direction, gradient), length = Math.Sqrt(Dot(direction, direction));
            var accepted = false;
            double candidate = 0;
            if (slope > 0 && double.IsFinite(length))
            {
                var step = length > stepLimit ? stepLimit / length : 1;
                for (var attempt = 0; attempt < 7 && !accepted; attempt++)
                {
                    for (var i = 0; i < n; i++) tried[i] = place[i] + step * direction[i];
                    candidate = function(tried, triedGradient);
                    accepted = candidate > value + 1e-4 * step * slope;
                    if (!accepted && step * length < 0.3 * tolerance) break;
                    if (!accepted) step *= 0.4;
                }
            }
            if (!accepted)
            {
                // The model of the curvature may be at fault: start again from the gradient, once.
                if (fresh) break;
                fresh = Reset(inverse, gradient);
                continue;
            }
            var moved = 0.0;
            for (var i = 0; i < n; i++)
            {
                var step = tried[i] - place[i];
                moved += step * step;
                direction[i] = step;
                // Change of the gradient of the negative function, whose inverse curvature is positive.
                (var change, gradient[i]) = (gradient[i] - triedGradient[i], triedGradient[i]);
                tried[i] = change;
            }
            for (var i = 0; i < n; i++) place[i] += direction[i];
            value = candidate;
            fresh = Update(inverse, direction, tried, fresh);
            if (Math.Sqrt(moved) < tolerance) break;
        }
        return value;
    }

    private bool Reset(double[] inverse, double[] gradient)
    {
        var n = gradient.Length;
        Array.Clear(inverse);
        var scale = stepLimit / (Math.Sqrt(Dot(gradient, gradient)) + 1e-30);
        for (var i = 0; i < n; i++) inverse[i * n + i] = scale;
        return true;
    }

    /// <summary>BFGS update of the inverse curvature by a step and the change of gradient along it; true while there is no model yet.</summary>
    private static bool Update(double[] inverse, double[] step, double[] change, bool fresh)
    {
        var n = step.Length;
        var curvature = Dot(step, change);
        if (!(curvature > 1e-14)) return fresh;
        if (fresh)
        {
            Array.Clear(inverse);
            for (var i = 0; i < n; i++) inverse[i * n + i] = curvature / Dot(change, change);
        }
        var h = new double[n];
        Multiply(inverse, change, h);
        var factor = (1 + Dot(change, h) / curvature) / curvature;
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                inverse[i * n + j] += factor * step[i] * step[j] - (h[i] * step[j] + step[i] * h[j]) / curvature;
        return false;
    }

    private static void Multiply(double[] matrix, double[] vector, double[] result)
    {
        var n = vector.Length;
        for (var i = 0; i < n; i++) result[i] = Dot(matrix.AsSpan(i * n, n), vector);
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
