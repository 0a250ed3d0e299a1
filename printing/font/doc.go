// Package font holds the faces that printed matter uses and answers, for
// any text, which characters can be printed and how wide they are.
//
// The faces are cut from Noto Sans SC and Source Sans 3 by make.sh (SIL OFL 1.1,
// LICENSE_FONT, LICENSE_FONT_LATIN):
// the regular face carries 通用规范汉字表 (8105 characters) and GB 2312, the
// bold face its first two levels (6500), the Latin faces
// the accented letters that Noto Sans SC lacks, the rare face every other Han
// character of GBK and the supplementary-plane characters. A character is taken
// from the first face of its style that has it; one that no face has is printed
// as 〓 and reported, never dropped.
package font
