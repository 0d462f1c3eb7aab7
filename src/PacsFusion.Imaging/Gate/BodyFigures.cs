namespace PacsFusion.Imaging;

/// <summary>Figures from the body masks of a pair, on the 4 mm levels.</summary>
internal sealed class BodyFigures
{
    private const int PointsAtMost = 60_000;

    // Uptake that counts, as a multiple of the threshold of the body: SUV 0.3.
    private const float UptakeFactor = 2;

    private readonly Side _fixed, _moving;

    public BodyFigures(RegistrationPair pair)
    {
        _fixed = new Side(pair.FixedLevel(RegistrationPair.MiddleLevel), pair.FixedBody);
        _moving = new Side(pair.MovingLevel(RegistrationPair.MiddleLevel), pair.MovingBody);
    }

    /// <summary>A level with its body, holes of each slice filled (lungs belong to the body).</summary>
    private sealed class Side
    {
        public Side(Volume level, BodyMask body)
        {
            Level = level;
            Grid = level.Grid;
            ToVoxel = Grid.VoxelToPatient.Invert();
            Inside = HoleFilling.Fill(body);
            Threshold = body.Threshold;
            Volume = body.VoxelCount * Math.Abs(Grid.VoxelToPatient.Determinant);
        }

        public Volume Level { get; }
        public VolumeGrid Grid { get; }
        public Affine ToVoxel { get; }
        public byte[] Inside { get; }
        public double Threshold { get; }

        /// <summary>Of the body, mm3.</summary>
        public double Volume { get; }

        /// <summary>Index of the voxel that holds a voxel-space point; -1 outside the grid or where nothing is known.</summary>
        public int At(Vector3d voxel)
        {
            double i = Math.Round(voxel.X), j = Math.Round(voxel.Y), k = Math.Round(voxel.Z);
            if (!(i >= 0 && j >= 0 && k >= 0 && i < Grid.Columns && j < Grid.Rows && k < Grid.Slices)) return -1;
            var at = ((int)k * Grid.Rows + (int)j) * Grid.Columns + (int)i;
            return float.IsNaN(Level.Voxels.Span[at]) ? -1 : at;
        }

        public Vector3d Place(int at) => new(at % Grid.Columns, at / Grid.Columns % Grid.Rows, at / Grid.SliceLength);

        public int Stride => Math.Max(1, (int)(Grid.VoxelCount / PointsAtMost)) | 1;
    }

    /// <summary>Share of the smaller body that lies in the other volume's field of view; 0 where one has no body.</summary>
    public double Overlap(in Affine fixedToMoving)
    {
        if (_fixed.Volume == 0 || _moving.Volume == 0) return 0;
        var fixedIsSmaller = _fixed.Volume <= _moving.Volume;
        var (own, other) = fixedIsSmaller ? (_fixed, _moving) : (_moving, _fixed);
        var map = Map(own, other, fixedIsSmaller ? fixedToMoving : fixedToMoving.Invert());
        int count = 0, seen = 0;
        for (var at = 0; at < own.Inside.Length; at += own.Stride)
        {
            if (own.Inside[at] == 0) continue;
            count++;
            if (other.At(map.Transform(own.Place(at))) >= 0) seen++;
        }
        return count == 0 ? 0 : (double)seen / count;
    }

    /// <summary>Dice coefficient where both fields of view reach; null without a body in it.</summary>
    public double? Dice(in Affine fixedToMoving)
    {
        var map = Map(_fixed, _moving, fixedToMoving);
        long both = 0, sum = 0;
        for (var at = 0; at < _fixed.Inside.Length; at += _fixed.Stride)
        {
            var there = _moving.At(map.Transform(_fixed.Place(at)));
            if (there < 0 || float.IsNaN(_fixed.Level.Voxels.Span[at])) continue;
            both += _fixed.Inside[at] & _moving.Inside[there];
            sum += _fixed.Inside[at] + _moving.Inside[there];
        }
        return sum == 0 ? null : 2.0 * both / sum;
    }

    /// <summary>Share of the uptake inside the other field of view that lies in the other body; null unless exactly one side is PET.</summary>
    public double? UptakeInBody(in Affine fixedToMoving)
    {
        bool fixedPet = _fixed.Level.Kind() == ImageKind.Pet, movingPet = _moving.Level.Kind() == ImageKind.Pet;
        if (fixedPet == movingPet) return null;
        var (pet, other) = fixedPet ? (_fixed, _moving) : (_moving, _fixed);
        var map = Map(pet, other, fixedPet ? fixedToMoving : fixedToMoving.Invert());
        var values = pet.Level.Voxels.Span;
        double all = 0, inside = 0;
        for (var at = 0; at < values.Length; at += pet.Stride)
        {
            if (!(values[at] > UptakeFactor * pet.Threshold)) continue;
            var there = other.At(map.Transform(pet.Place(at)));
            if (there < 0) continue;
            all += values[at];
            inside += values[at] * other.Inside[there];
        }
        return all > 0 ? inside / all : null;
    }

    private static Affine Map(Side from, Side to, in Affine patient) => to.ToVoxel.Multiply(patient.Multiply(from.Grid.VoxelToPatient));
}
