using System.Reflection;
using System.Text.RegularExpressions;

namespace PacsFusion.Imaging.Tests;

public sealed partial class ImagingReasonsTests
{
    [Fact]
    public void Every_code_is_listed_once_with_text_and_next_step()
    {
        var codes = typeof(ImagingReasons).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(codes, ImagingReasons.All.Select(reason => reason.Code));
        Assert.Distinct(ImagingReasons.All.Select(reason => reason.Code));
        Assert.All(ImagingReasons.All, reason =>
        {
            Assert.Matches(KebabCase(), reason.Code);
            Assert.EndsWith(".", reason.Text);
            Assert.EndsWith(".", reason.NextStep);
        });
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)+$")]
    private static partial Regex KebabCase();
}
