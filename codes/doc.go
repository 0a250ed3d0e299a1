/*
Package codes is the coding module: every code that is printed, scanned or exchanged is parsed, checked, made and
explained here, and nowhere else.

The types are values with unexported fields. They cannot be built invalid, their zero value is invalid, and they compare
with ==. Each has Parse, String, AppendTo and Explain, and reads and writes text, JSON and SQL; what parses formats to
the same bytes again. Parsing and AppendTo do not allocate. Errors are *Error: a stable machine code, the position, the
rule, what was found, and a sentence in Chinese and English; they never repeat the whole input.

	kind          type         form                                                                 origin
	venue         Venue        11 digits: province 2, city 2, district 2, venue and hall 5           seed (PT-venue)
	hall          Hall         13 digits: venue code 11, layout 2 (01-99)                            chosen (PT-A)
	show          Show         21 digits: venue code 11, date YYMMDD 6, number 4 (0001-9999)         seed (PT-show)
	ticket        Ticket       22-50 of 0-9A-Z: show code 21, unique part; ours are 39               seed (PT-ticket)
	cinema        Cinema       8 digits: province 2, city 2, serial 3, attribute 1                   known (GY/T 276)
	screen        Screen       1-16 of 0-9A-Za-z                                                     known
	film          Film         12 digits: country 3, version 1, serial 4, year 4                     known
	film-session  FilmSession  16 of 0-9A-Za-z                                                       known
	seat          Seat         1-16 printable characters; 20 beginning with the cinema code (2025)   known
	film-ticket   FilmTicket   16 of 0-9A-Za-z; 15: cinema code 8 and 7 of 0-9A-Za-z (2025)          known
	od-chain      ODChain      8 of 0-9A-Za-z                                                        seed (od-2019-a 4.1)
	od-theatre    ODTheatre    10 digits: region 4, serial 6                                         inferred
	od-screen     ODScreen     16 digits: theatre 10, number 6                                       inferred
	od-session    ODSession    16 of 0-9A-Za-z; the literal filler has 17 z                          seed
	od-programme  ODProgramme  14 digits: type 2, number 12                                          inferred
	od-agent      ODAgent      10 of 0-9A-Za-z                                                       known

How the last five digits of a venue code are split is data, a Profile, because no source decides it; a profile reads
codes and never changes one. Aliases maps codes to those assigned centrally later. Regions (GB/T 2260) and the code
tables are data files with version and origin under data/. An unknown region, country or type is a warning of Explain;
a malformed code is an error of Parse.

Numbers are given out by ShowNumbers and SerialNumbers over a Store: never twice, without gaps or with the gaps recorded.
UniqueKeys makes the unique part of our ticket codes.

The package imports the standard library only. Beside it:

	payload    the signed text in a performance ticket's QR code; payload/sm2 adds SM2
	symbol     QR, Code 128, PDF417, Aztec and DataMatrix as matrix, vectors and images
	codestore  the Store in PostgreSQL
	codeshttp  the same over HTTP, for the console page
	codescmd   the commands parse, make, explain and bench
*/
package codes

//go:generate go run gen_text.go
