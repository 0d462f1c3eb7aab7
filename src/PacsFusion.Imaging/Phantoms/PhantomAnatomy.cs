namespace PacsFusion.Imaging;

/// <summary>What one point of the phantom is in each contrast.</summary>
/// <param name="Hu">CT, Hounsfield units.</param>
/// <param name="Suv">PET, SUV by body weight.</param>
/// <param name="T1">T1-weighted MR, arbitrary.</param>
/// <param name="T2">T2-weighted MR, arbitrary.</param>
internal readonly record struct Tissue(float Hu, float Suv, float T1, float T2);

/// <summary>
/// A trunk made of ellipsoids, about the origin of patient space: heart and stomach on the left, liver on the right, one arm down and the
/// other raised forward, so that no flip or turn maps it on itself. Later shapes lie inside earlier ones.
/// </summary>
internal static class PhantomAnatomy
{
    private static readonly Tissue s_air = new(-1000, 0, 0, 0);
    private static readonly Tissue s_table = new(-120, 0, 0, 0);
    private static readonly Tissue s_rib = new(380, 0.9f, 140, 90);

    private static readonly Ellipsoid[] s_organs =
    [
        new(new(0, 0, 0), new(172, 112, 1000), 0, new(-95, 0.3f, 820, 520), Power: 2.5),
        new(new(0, -2, 0), new(156, 96, 1000), 0, new(42, 0.7f, 300, 210), Power: 2.5),
        new(new(212, 24, -10), new(34, 38, 1000), 0, new(35, 0.6f, 320, 220)),
        new(new(212, 26, -10), new(11, 12, 1000), 0, new(700, 0.5f, 90, 60)),
        new(new(-178, -62, 40), new(28, 30, 90), 24, new(35, 0.6f, 320, 220)),
        new(new(-178, -60, 40), new(9, 10, 84), 24, new(680, 0.5f, 90, 60)),
        new(new(-74, 2, 78), new(56, 70, 92), 7, new(-830, 0.4f, 25, 30)),
        new(new(72, 6, 84), new(50, 66, 88), -9, new(-845, 0.4f, 25, 30)),
        new(new(26, -34, 46), new(46, 40, 42), 28, new(46, 2.4f, 430, 260)),
        new(new(34, -38, 44), new(19, 17, 22), 28, new(44, 1.5f, 160, 420)),
        new(new(12, 40, 0), new(12, 11, 1000), 0, new(48, 1.6f, 70, 60)),
        new(new(-62, -18, -52), new(78, 66, 48), -16, new(60, 2.1f, 480, 200)),
        new(new(66, -30, -44), new(38, 32, 38), 22, new(14, 1.1f, 190, 480)),
        new(new(72, -48, -40), new(18, 12, 16), 22, new(-880, 0.3f, 10, 10)),
        new(new(104, 30, -40), new(22, 38, 36), -18, new(54, 1.7f, 380, 330)),
        new(new(-62, 44, -104), new(23, 26, 40), 16, new(38, 3.0f, 500, 560)),
        new(new(64, 46, -90), new(24, 26, 42), -14, new(38, 3.0f, 500, 560)),
        new(new(2, 66, 0), new(21, 18, 1000), 0, new(250, 1.3f, 150, 110)),
        new(new(2, 88, 0), new(9, 8, 1000), 0, new(20, 0.5f, 110, 760)),
    ];

    /// <summary>The hot spheres; they are listed in the truth and painted last.</summary>
    public static IReadOnlyList<PhantomLesion> Lesions { get; } =
    [
        new("left lung", new Vector3d(86, 10, 78), 24, 9),
        new("liver dome", new Vector3d(-86, -30, -36), 20, 8),
        new("mediastinum", new Vector3d(-14, 6, 92), 16, 7),
        new("right flank", new Vector3d(-118, 34, -84), 28, 6),
    ];

    /// <summary>Half the height of the part that has organs of its own, mm.</summary>
    public const double HalfHeight = 128;

    /// <summary>The tissue at a patient point.</summary>
    public static Tissue At(Vector3d p)
    {
        var tissue = p.Y is > 124 and < 134 && Math.Abs(p.X - 6) < 205 ? s_table : s_air;
        foreach (var organ in s_organs)
            if (organ.Contains(p)) tissue = organ.Tissue;
        if (IsRib(p)) tissue = s_rib;
        foreach (var lesion in Lesions)
        {
            var d = p - lesion.Centre;
            if (Vector3d.Dot(d, d) <= lesion.DiameterMm * lesion.DiameterMm / 4) return new Tissue(44, (float)lesion.Suv, 560, 640);
        }
        return tissue;
    }

    // Slanted bands of a shell, higher on the left than on the right.
    private static bool IsRib(Vector3d p)
    {
        if (p.Z is < -30 or > 125 || Math.Abs(p.Y) > 86) return false;
        var r = Math.Pow(Math.Abs(p.X) / 146, 2.4) + Math.Pow(Math.Abs(p.Y) / 92, 2.4);
        if (r is < 0.90 or > 1.04) return false;
        var band = (p.Z + 0.35 * p.Y + (p.X > 0 ? 4 : -3)) / 27;
        return band - Math.Floor(band) < 0.34;
    }

    private sealed record Ellipsoid(Vector3d Centre, Vector3d HalfAxes, double DegreesAboutZ, Tissue Tissue, double Power = 2)
    {
        private readonly (double Sin, double Cos) _turn = Math.SinCos(DegreesAboutZ * Math.PI / 180);

        public bool Contains(Vector3d p)
        {
            var d = p - Centre;
            var z = d.Z / HalfAxes.Z;
            if (z is < -1 or > 1) return false;
            var x = (_turn.Cos * d.X + _turn.Sin * d.Y) / HalfAxes.X;
            var y = (_turn.Cos * d.Y - _turn.Sin * d.X) / HalfAxes.Y;
            if (x is < -1 or > 1 || y is < -1 or > 1) return false;
            return Power == 2 ? x * x + y * y + z * z <= 1 : Math.Pow(Math.Abs(x), Power) + Math.Pow(Math.Abs(y), Power) + z * z <= 1;
        }
    }
}
