using System.Reflection;
using PacsFusion.Dicom.Codecs;
using PacsFusion.Tests;

namespace PacsFusion.Dicom.Tests;

/// <summary>
/// What the libraries offer, line by line in PublicApi.txt beside each project: a change of it shows in a review. Tags and UIDs
/// are the dictionary's and only counted. PACSFUSION_UPDATE_DOCS=1 writes the files anew.
/// </summary>
public class PublicSurfaceTests
{
    [Theory]
    [InlineData(typeof(DicomDataset))]
    [InlineData(typeof(CodecModule))]
    public void TheSurfaceIsTheOneThatIsWrittenDown(Type member)
    {
        var assembly = member.Assembly;
        var path = Path.Combine(SharedData.RepositoryRoot, "src", assembly.GetName().Name!, "PublicApi.txt");
        var lines = string.Join('\n', assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal).SelectMany(Describe)) + "\n";
        if (Environment.GetEnvironmentVariable("PACSFUSION_UPDATE_DOCS") == "1") File.WriteAllText(path, lines);
        Assert.True(File.ReadAllText(path) == lines, $"{path} is not up to date; run this test with PACSFUSION_UPDATE_DOCS=1 and look at the difference");
    }

    [Fact]
    public void TheDataLibraryDependsOnThePlatformAlone() =>
        Assert.All(typeof(DicomDataset).Assembly.GetReferencedAssemblies(), name => Assert.True(name.Name!.StartsWith("System.", StringComparison.Ordinal) || name.Name is "Microsoft.Win32.Primitives", name.Name));

    private static IEnumerable<string> Describe(Type type)
    {
        yield return $"{Kind(type)} {Name(type)}{(type.BaseType is { } b && b != typeof(object) && b != typeof(ValueType) && b != typeof(Enum) ? $" : {Name(b)}" : "")}";
        if (type.IsEnum)
        {
            foreach (var name in Enum.GetNames(type)) yield return $"  {name} = {Convert.ToInt64(Enum.Parse(type, name), System.Globalization.CultureInfo.InvariantCulture)}";
            yield break;
        }
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var constants = type.GetProperties(Own).Count(p => p.GetMethod?.IsStatic == true && p.PropertyType == type) + type.GetFields(Own).Count(f => f.IsLiteral);
        var many = constants > 50;
        if (many) yield return $"  {constants} constants";
        var lines = type.GetConstructors(Own).Select(c => $"  .ctor({Parameters(c)})")
            .Concat(type.GetProperties(Own).Where(p => !(many && p.GetMethod?.IsStatic == true && p.PropertyType == type))
                .Select(p => $"  {(p.GetMethod?.IsStatic == true ? "static " : "")}{Name(p.PropertyType)} {p.Name} {{ {(p.GetMethod?.IsPublic == true ? "get; " : "")}{(p.SetMethod?.IsPublic == true ? "set; " : "")}}}"))
            .Concat(type.GetFields(Own).Where(f => !(many && f.IsLiteral)).Select(f => $"  {(f.IsLiteral ? "const " : f.IsStatic ? "static " : "")}{Name(f.FieldType)} {f.Name}"))
            .Concat(type.GetMethods(Own).Where(m => !m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)).Select(m => $"  {(m.IsStatic ? "static " : "")}{Name(m.ReturnType)} {m.Name}({Parameters(m)})"));
        foreach (var line in lines.Order(StringComparer.Ordinal)) yield return line;
    }

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(p => $"{(p.IsOut ? "out " : p.ParameterType.IsByRef ? "ref " : "")}{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? " = " + (p.DefaultValue ?? "null") : "")}"));

    private static string Kind(Type type) =>
        type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsAbstract && type.IsSealed ? "static class" : type.IsSealed ? "sealed class" : "class";

    private static string Name(Type type) => type switch
    {
        { IsByRef: true } => Name(type.GetElementType()!),
        { IsArray: true } => Name(type.GetElementType()!) + "[]",
        { IsGenericType: true } => $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>",
        { IsNested: true, IsGenericParameter: false } => $"{Name(type.DeclaringType!)}.{type.Name}",
        _ => type.Name,
    };
}
