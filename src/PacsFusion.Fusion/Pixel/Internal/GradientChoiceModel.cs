namespace PacsFusion.Fusion.Internal;

/// <summary>
/// A decision per region: each pixel comes whole from the source with the stronger Sobel gradient around it, by majority of its
/// neighbourhood. Keeps most edges and shows its seams.
/// </summary>
internal sealed class GradientChoiceModel(FusionModelInfo info) : IFusionModel
{
    private const int Radius = 3;

    public FusionModelInfo Info => info;

    public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
    {
        int columns = input.Columns, rows = input.Rows;
        Field a = Strength(Field.From(input.A, columns, rows)), b = Strength(Field.From(input.B, columns, rows));
        cancellationToken.ThrowIfCancellationRequested();
        var votes = Field.Of(columns, rows, i => a.Values[i] > b.Values[i] ? 1 : 0).Box(Radius);
        for (var i = 0; i < output.Fused.Length; i++)
        {
            var fromA = votes.Values[i] > 0.5;
            output.Fused[i] = fromA ? input.A[i] : input.B[i];
            if (!output.Weight.IsEmpty) output.Weight[i] = fromA ? 1 : 0;
        }
    }

    public void Dispose()
    {
    }

    private static Field Strength(Field z) =>
        Field.Of(z.Columns, z.Rows, i =>
        {
            int x = i % z.Columns, y = i / z.Columns;
            double upLeft = z.At(x - 1, y - 1), up = z.At(x, y - 1), upRight = z.At(x + 1, y - 1), left = z.At(x - 1, y);
            double right = z.At(x + 1, y), downLeft = z.At(x - 1, y + 1), down = z.At(x, y + 1), downRight = z.At(x + 1, y + 1);
            var across = upRight + 2 * right + downRight - upLeft - 2 * left - downLeft;
            var along = downLeft + 2 * down + downRight - upLeft - 2 * up - upRight;
            return Math.Sqrt(across * across + along * along);
        }).Box(Radius);
}
