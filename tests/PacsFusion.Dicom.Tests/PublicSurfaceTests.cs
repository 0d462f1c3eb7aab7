using System.Xml.Linq;
using PacsFusion.Dicom.Codecs;

namespace PacsFusion.Dicom.Tests;

/// <summary>What a user of the libraries takes with them. The surface itself is held by PublicAPI.*.txt beside the projects when they are built.</summary>
public class PublicSurfaceTests
{
    [Fact]
    public void TheDataLibraryDependsOnThePlatformAlone() =>
        Assert.All(typeof(DicomDataset).Assembly.GetReferencedAssemblies(), name => Assert.True(name.Name!.StartsWith("System.", StringComparison.Ordinal) || name.Name is "Microsoft.Win32.Primitives", name.Name));

    [Theory]
    [InlineData(typeof(DicomDataset))]
    [InlineData(typeof(CodecModule))]
    public void EveryTypeSaysWhetherThreadsMayShareIt(Type member)
    {
        var documents = XDocument.Load(Path.ChangeExtension(member.Assembly.Location, ".xml")).Descendants("member").ToLookup(m => m.Attribute("name")!.Value, m => m.Value);
        foreach (var type in member.Assembly.GetExportedTypes().Where(t => !t.IsEnum && !t.IsNested))
        {
            var text = string.Concat(documents[$"T:{type.FullName}"]);
            Assert.True(text.Contains("thread", StringComparison.Ordinal) || text.Contains("Immutable", StringComparison.Ordinal), type.Name);
        }
    }
}
