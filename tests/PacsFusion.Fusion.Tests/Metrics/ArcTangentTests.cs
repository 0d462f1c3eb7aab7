using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion.Tests;

public sealed class ArcTangentTests
{
    [Fact]
    public void It_is_that_of_the_runtime_over_the_whole_line()
    {
        double[] values = [.. Enumerable.Range(-4000, 8001).Select(n => n / 1000.0), .. Enumerable.Range(1, 40).SelectMany(n => new[] { Math.Pow(10, n - 20), -Math.Pow(3, n) }),
            0, double.PositiveInfinity, double.NegativeInfinity, 0.41421356237309503, 0.4142135623730951, 2.414213562373095, 2.4142135623730954];
        double[] angles = [.. values];
        ArcTangent.InPlace(angles);

        for (var i = 0; i < values.Length; i++) Assert.Equal(Math.Atan(values[i]), angles[i], 1e-13);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Every_value_is_replaced_and_none_beside_them(int length)
    {
        double[] values = [.. Enumerable.Repeat(1.0, length + 1)];
        ArcTangent.InPlace(values.AsSpan(0, length));

        Assert.All(values[..length], value => Assert.Equal(Math.PI / 4, value, 1e-13));
        Assert.Equal(1.0, values[length]);
    }

    [Fact]
    public void What_is_no_number_stays_none()
    {
        double[] values = [double.NaN, 1, 2, 3, double.NaN];
        ArcTangent.InPlace(values);

        Assert.True(double.IsNaN(values[0]) && double.IsNaN(values[4]));
    }
}
