namespace PacsFusion.Imaging;

/// <summary>
/// Parameters of a transform near a start, scaled so that one unit of any of them moves the edge of the body by about a millimetre:
/// y = D (S(x) - S(centre)) + S(centre) + shift, S being the start, and D a rotation Rz Ry Rx (3 parameters) or the identity plus any
/// matrix (9).
/// </summary>
internal sealed class TransformSpace
{
    private readonly Affine _start;
    private readonly Vector3d _centre, _image;
    private readonly double _radius;

    /// <param name="model">Rigid: 3 rotations, 3 shifts. Affine: 9 matrix elements by rows, 3 shifts.</param>
    /// <param name="start">What all zeros mean.</param>
    /// <param name="centre">Fixed point about which is turned.</param>
    /// <param name="radius">Millimetres that one radian stands for.</param>
    public TransformSpace(TransformModel model, in Affine start, Vector3d centre, double radius)
    {
        Model = model;
        _start = start;
        _centre = centre;
        _image = start.Transform(centre);
        _radius = radius;
    }

    public TransformModel Model { get; }

    public int Dimension => Model == TransformModel.Rigid ? 6 : 12;

    public Affine ToAffine(ReadOnlySpan<double> p)
    {
        var delta = Delta(p);
        var linear = delta.Multiply(_start with { M03 = 0, M13 = 0, M23 = 0 });
        var t = _image + Shift(p) - linear.Transform(_centre);
        return linear with { M03 = t.X, M13 = t.Y, M23 = t.Z };
    }

    /// <summary>Chain rule: from the derivative by shift and linear part about the centre (see <see cref="MutualInformationMetric"/>).</summary>
    public void Pull(ReadOnlySpan<double> p, ReadOnlySpan<double> byMap, Span<double> byParameters)
    {
        var shift = Dimension - 3;
        for (var i = 0; i < 3; i++) byParameters[shift + i] = byMap[i];
        // d/dD = d/dL S^T, as L = D S.
        Span<double> byDelta = stackalloc double[9];
        Span<double> s = [_start.M00, _start.M01, _start.M02, _start.M10, _start.M11, _start.M12, _start.M20, _start.M21, _start.M22];
        for (var r = 0; r < 3; r++)
            for (var c = 0; c < 3; c++)
                byDelta[r * 3 + c] = byMap[3 + r * 3] * s[c * 3] + byMap[3 + r * 3 + 1] * s[c * 3 + 1] + byMap[3 + r * 3 + 2] * s[c * 3 + 2];
        if (Model == TransformModel.Affine)
        {
            for (var i = 0; i < 9; i++) byParameters[i] = byDelta[i] / _radius;
            return;
        }
        var (sx, cx) = Math.SinCos(p[0] / _radius);
        var (sy, cy) = Math.SinCos(p[1] / _radius);
        var (sz, cz) = Math.SinCos(p[2] / _radius);
        Span<double> byX = [0, cz * sy * cx + sz * sx, -cz * sy * sx + sz * cx, 0, sz * sy * cx - cz * sx, -sz * sy * sx - cz * cx, 0, cy * cx, -cy * sx];
        Span<double> byY = [-cz * sy, cz * cy * sx, cz * cy * cx, -sz * sy, sz * cy * sx, sz * cy * cx, -cy, -sy * sx, -sy * cx];
        Span<double> byZ = [-sz * cy, -sz * sy * sx - cz * cx, -sz * sy * cx + cz * sx, cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx, 0, 0, 0];
        byParameters[..3].Clear();
        for (var i = 0; i < 9; i++)
        {
            byParameters[0] += byDelta[i] * byX[i] / _radius;
            byParameters[1] += byDelta[i] * byY[i] / _radius;
            byParameters[2] += byDelta[i] * byZ[i] / _radius;
        }
    }

    private Vector3d Shift(ReadOnlySpan<double> p) => new(p[Dimension - 3], p[Dimension - 2], p[Dimension - 1]);

    private Affine Delta(ReadOnlySpan<double> p) => Model == TransformModel.Rigid
        ? Affine.Rigid(p[0] / _radius, p[1] / _radius, p[2] / _radius, Vector3d.Zero, Vector3d.Zero)
        : new Affine(
            1 + p[0] / _radius, p[1] / _radius, p[2] / _radius, 0,
            p[3] / _radius, 1 + p[4] / _radius, p[5] / _radius, 0,
            p[6] / _radius, p[7] / _radius, 1 + p[8] / _radius, 0);
}
