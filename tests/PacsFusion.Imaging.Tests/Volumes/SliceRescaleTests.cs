namespace PacsFusion.Imaging.Tests;

public sealed class SliceRescaleTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(7, 40)]
    [InlineData(1000, 0)]
    [InlineData(1003, 3)]
    [InlineData(1003, 300)]
    public void Vectors_and_single_values_agree_in_every_bit(int length, int paddingStarts)
    {
        var random = new Random(length + paddingStarts);
        var rescale = new SliceRescale(0.37f, -3.3f, new PixelPadding(-20, -10), -15, -1024);
        var stored = Enumerable.Range(0, length).Select(_ => (float)random.Next(-9, 900)).ToArray();
        for (var start = 0; start < paddingStarts; start++)
            stored.AsSpan(random.Next(length)).Slice(0, 1).Fill(-random.Next(10, 60));
        stored.AsSpan(length / 3, length / 4).Fill(-17);
        float[] vectors = [.. stored], singles = [.. stored];
        byte[] vectorCoverage = new byte[length], singleCoverage = new byte[length];

        var facts = rescale.Apply(vectors, vectorCoverage);
        var expected = SliceFacts.Empty;
        rescale.ApplyScalar(singles, singleCoverage, 0, length, ref expected);

        Assert.Equal(expected, facts);
        Assert.Equal(singles, vectors);
        Assert.Equal(singleCoverage, vectorCoverage);
        Assert.Equal(singleCoverage.Count(covered => covered == 1), facts.Covered);
    }
}
