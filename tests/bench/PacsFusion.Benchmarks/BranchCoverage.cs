using System.Runtime.InteropServices;
using SharpFuzz;
using SharpFuzz.Common;

namespace PacsFusion.Benchmarks;

/// <summary>
/// Which branches of an instrumented assembly ran, and how often by orders of magnitude. The assembly counts into a map that
/// lies here, in the same process, so that no fuzzer from outside is needed.
/// </summary>
internal sealed unsafe class BranchCoverage
{
    private const int Size = 1 << 16;

    private readonly byte* _map = (byte*)NativeMemory.AllocZeroed(Size);
    private readonly byte[] _seen = new byte[Size];

    /// <summary>Must be made before anything instrumented runs.</summary>
    public BranchCoverage() => Trace.SharedMem = _map;

    /// <summary>Branches seen so far.</summary>
    public int Branches { get; private set; }

    /// <summary>Instruments assemblies in place.</summary>
    public static int Instrument(string[] assemblies)
    {
        foreach (var assembly in assemblies)
            Console.Error.WriteLine($"{Path.GetFileName(assembly)}: {Fuzzer.Instrument(assembly, type => !type.Contains("Generated", StringComparison.Ordinal), Options.Value).Count()} types");
        return 0;
    }

    /// <summary>Whether a branch ran that had not, or another order of times; forgets what ran.</summary>
    public bool Take()
    {
        var map = new Span<byte>(_map, Size);
        var isNew = false;
        for (var i = map.IndexOfAnyExcept((byte)0); i >= 0 && i < Size;)
        {
            var kind = (byte)(map[i] switch { 1 => 1, 2 => 2, 3 => 4, < 8 => 8, < 16 => 16, < 32 => 32, < 128 => 64, _ => 128 });
            if ((_seen[i] & kind) == 0)
            {
                if (_seen[i] == 0) Branches++;
                _seen[i] |= kind;
                isNew = true;
            }
            var next = map[(i + 1)..].IndexOfAnyExcept((byte)0);
            if (next < 0) break;
            i += 1 + next;
        }
        map.Clear();
        Trace.PrevLocation = 0;
        return isNew;
    }
}
