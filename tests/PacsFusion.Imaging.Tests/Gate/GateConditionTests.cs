namespace PacsFusion.Imaging.Tests;

public sealed class GateConditionTests
{
    [Theory]
    [InlineData(">= 0.90", 0.90, true)]
    [InlineData(">=0.90", 0.8999, false)]
    [InlineData("> 0.9", 0.9, false)]
    [InlineData(" <= 5 ", 5, true)]
    [InlineData("< 5", 5, false)]
    [InlineData("> -1e-2", 0, true)]
    [InlineData(">= 0", double.NaN, false)]
    public void A_comparison_is_read_and_holds_or_not(string text, double value, bool holds) =>
        Assert.Equal(holds, GateCondition.Parse(text).Value.Holds(value));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0.9")]
    [InlineData("= 0.9")]
    [InlineData(">= ")]
    [InlineData(">= 0,9")]
    [InlineData(">= 1,000")]
    [InlineData(">= 90%")]
    [InlineData("> = 0.9")]
    [InlineData(">= NaN")]
    public void Anything_else_is_refused(string? text) =>
        Assert.Equal(ImagingReasons.GateSyntax, GateCondition.Parse(text).Refusal?.Code);

    [Theory]
    [InlineData(">= 0.9")]
    [InlineData("< 12.25")]
    public void A_condition_is_written_as_it_is_read(string text) => Assert.Equal(text, GateCondition.Parse(text).Value.ToString());

    [Fact]
    public void The_gate_names_the_figure_the_value_and_the_limit_that_failed()
    {
        var figures = new AlignmentFigures { UptakeInBody = 0.875, Overlap = 1 };

        var verdict = AlignmentGate.Evaluate(figures, Conditions(("overlap", ">= 0.5"), ("uptakeInBody", ">= 0.90")));

        Assert.False(verdict.Passed);
        Assert.Equal(new Refusal(ImagingReasons.GateFailed, "uptakeInBody is 0.875, the rule asks for >= 0.9."), verdict.Refusal);
        Assert.True(AlignmentGate.Evaluate(figures, Conditions(("uptakeInBody", ">= 0.87"))).Passed);
    }

    [Fact]
    public void A_figure_that_the_pair_does_not_have_breaks_its_condition()
    {
        var verdict = AlignmentGate.Evaluate(new AlignmentFigures { Overlap = 1 }, Conditions(("uptakeInBody", ">= 0.90")));

        Assert.Equal(ImagingReasons.GateFigureMissing, verdict.Refusal?.Code);
    }

    [Fact]
    public void Every_listed_figure_can_be_asked_for()
    {
        var figures = new AlignmentFigures { UptakeInBody = 0.1, Nmi = 0.2, Overlap = 0.3, BodyOverlap = 0.4, BodyShare = 0.5 };

        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.5], AlignmentFigures.Names.Select(name => figures.Find(name)));
    }

    private static IEnumerable<KeyValuePair<string, GateCondition>> Conditions(params (string Figure, string Text)[] conditions) =>
        conditions.Select(c => KeyValuePair.Create(c.Figure, GateCondition.Parse(c.Text).Value));
}
