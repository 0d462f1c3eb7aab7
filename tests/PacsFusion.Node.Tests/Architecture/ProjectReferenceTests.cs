using System.Xml.Linq;

namespace PacsFusion.Tests.Architecture;

/// <summary>The arrows between projects point one way (the solution layout in docs/architecture.md).</summary>
public sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["PacsFusion.Dicom"] = [],
        ["PacsFusion.Dicom.Codecs"] = ["PacsFusion.Dicom"],
        ["PacsFusion.Dicom.Network"] = ["PacsFusion.Dicom"],
        ["PacsFusion.Imaging"] = ["PacsFusion.Dicom"],
        ["PacsFusion.Fusion"] = ["PacsFusion.Imaging"],
        ["PacsFusion.Fhir"] = [],
        ["PacsFusion.Node"] = ["PacsFusion.Dicom", "PacsFusion.Dicom.Codecs", "PacsFusion.Dicom.Network", "PacsFusion.Imaging", "PacsFusion.Fusion", "PacsFusion.Fhir"],
    };

    [Fact]
    public void EachProjectRefersOnlyToTheProjectsBelowIt()
    {
        var source = Path.Combine(SharedData.RepositoryRoot, "src");
        var seen = Directory.GetFiles(source, "*.csproj", SearchOption.AllDirectories)
            .ToDictionary(
                path => Path.GetFileNameWithoutExtension(path),
                path => XDocument.Load(path).Descendants("ProjectReference")
                    .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)).ToArray(),
                StringComparer.Ordinal);

        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), seen.Keys.Order(StringComparer.Ordinal));
        foreach (var (project, references) in seen)
            Assert.Subset(Allowed[project].ToHashSet(StringComparer.Ordinal), references.ToHashSet(StringComparer.Ordinal));
    }
}
