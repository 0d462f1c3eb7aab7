using PacsFusion.Dicom;
using PacsFusion.Imaging;
using PacsFusion.Node.Align;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests.Phantoms;

/// <summary>One small phantom for all tests of a class that leave it as it is.</summary>
public sealed class SmallPhantom : IDisposable
{
    internal PhantomFiles Files { get; } = new();

    public void Dispose() => Files.Dispose();
}

/// <summary>A small phantom patient on disk, in a folder of its own.</summary>
internal sealed class PhantomFiles : IDisposable
{
    /// <param name="change">Told the series and each data set before it is written.</param>
    public PhantomFiles(PhantomOptions? options = null, Action<PhantomContents, DicomDataset>? change = null)
    {
        Options = options ?? Small;
        foreach (var instance in PetCtPhantom.Build(Options))
        {
            change?.Invoke(instance.Contents, instance.File.Dataset);
            var path = Path.Combine(Folder, instance.RelativePath);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            instance.File.Write(path);
        }
    }

    /// <summary>Twelve CT and eleven PET slices: as few as the shipped rules take.</summary>
    public static PhantomOptions Small { get; } = new() { CtMatrix = 96, CtSlices = 12, PetMatrix = 64, MrMatrix = 64 };

    /// <summary>The built-in configuration; its models are those of the checkout.</summary>
    public static NodeConfiguration Defaults { get; } = ConfigurationLoader.Load(null, [], new Dictionary<string, string>()).Value!;

    public string Folder { get; } = Directory.CreateTempSubdirectory("pacsfusion-phantom-").FullName;

    public PhantomOptions Options { get; }

    public string CtFolder => Path.Combine(Folder, "CT");

    public string PetFolder => Path.Combine(Folder, "PET_AC");

    public IReadOnlyList<string> Ct => FilesOf(CtFolder);

    public IReadOnlyList<string> Pet => FilesOf(PetFolder);

    /// <summary>A built-in rule, fusing with a model that needs no file.</summary>
    public static FusionRule Rule(string name = "pet-ct", string model = "maximum")
    {
        var rule = Defaults.Rules.Single(rule => rule.Name == name);
        return rule with { Fuse = rule.Fuse with { Model = model } };
    }

    /// <summary>Both series on one grid; the caller owns the pair.</summary>
    public AlignedPair Align() => new SeriesAligner(new AlignOptions { Threads = 2 }, new VolumePool()).Align(Ct, Pet, Rule(), CancellationToken.None).Value;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string[] FilesOf(string folder) => [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)];
}
