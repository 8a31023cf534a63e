// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.DataPlane.Options;

/// <summary>One form that the value of a setting may have.</summary>
/// <param name="Syntax">The word, or in capitals what stands for any other text: FILE, NUMBER.</param>
/// <param name="Meaning">What such a text is; null: the form is the word itself.</param>
internal sealed record SettingForm(string Syntax, string? Meaning = null)
{
    public bool IsWord => Meaning is null;
}
