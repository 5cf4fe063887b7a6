<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="sv_SE">
<context>
    <name>About</name>
    <message>
        <location filename="../about.py" line="22"/>
        <source>labctl {version}: measures a memristor array.</source>
        <translation>labctl {version}: mäter en memristormatris.</translation>
    </message>
    <message>
        <location filename="../about.py" line="24"/>
        <source>About labctl</source>
        <translation>Om labctl</translation>
    </message>
    <message>
        <location filename="../about.py" line="50"/>
        <source>Keys</source>
        <translation>Tangenter</translation>
    </message>
    <message>
        <location filename="../about.py" line="53"/>
        <source>Keys and what they do</source>
        <translation>Tangenter och vad de gör</translation>
    </message>
    <message>
        <location filename="../about.py" line="54"/>
        <source>Key</source>
        <translation>Tangent</translation>
    </message>
    <message>
        <location filename="../about.py" line="54"/>
        <source>What it does</source>
        <translation>Vad den gör</translation>
    </message>
    <message>
        <location filename="../about.py" line="35"/>
        <source>STOP: everything safe, now</source>
        <translation>STOP: allt i säkert läge, nu</translation>
    </message>
    <message>
        <location filename="../about.py" line="36"/>
        <source>Start what is previewed</source>
        <translation>Starta det som förhandsvisas</translation>
    </message>
    <message>
        <location filename="../about.py" line="37"/>
        <source>Add it to the queue</source>
        <translation>Lägg det i kön</translation>
    </message>
    <message>
        <location filename="../about.py" line="38"/>
        <source>Preview, live, runs</source>
        <translation>Förhandsvisning, live, körningar</translation>
    </message>
    <message>
        <location filename="../about.py" line="39"/>
        <source>In the array: all devices, none</source>
        <translation>I matrisen: alla komponenter, inga</translation>
    </message>
    <message>
        <location filename="../about.py" line="40"/>
        <source>Open a station file</source>
        <translation>Öppna en stationsfil</translation>
    </message>
    <message>
        <location filename="../about.py" line="41"/>
        <source>Open a campaign</source>
        <translation>Öppna en mätserie</translation>
    </message>
    <message>
        <location filename="../about.py" line="42"/>
        <source>This table</source>
        <translation>Denna tabell</translation>
    </message>
    <message>
        <location filename="../about.py" line="43"/>
        <source>What is this? for the field with the focus</source>
        <translation>Vad är detta? för fältet som har fokus</translation>
    </message>
</context>
<context>
    <name>ArrayPanel</name>
    <message>
        <location filename="../array/array_panel.py" line="62"/>
        <source>&amp;Colour:</source>
        <translation>&amp;Färg:</translation>
    </message>
    <message>
        <location filename="../array/array_panel.py" line="63"/>
        <source>&amp;Devices:</source>
        <translation>K&amp;omponenter:</translation>
    </message>
    <message>
        <location filename="../array/array_panel.py" line="64"/>
        <source>&amp;All</source>
        <translation>&amp;Alla</translation>
    </message>
    <message>
        <location filename="../array/array_panel.py" line="65"/>
        <source>Choose every device (Ctrl+A on the map)</source>
        <translation>Välj alla komponenter (Ctrl+A på kartan)</translation>
    </message>
    <message>
        <location filename="../array/array_panel.py" line="66"/>
        <source>&amp;None</source>
        <translation>&amp;Inga</translation>
    </message>
    <message>
        <location filename="../array/array_panel.py" line="67"/>
        <source>Choose no device (Escape on the map)</source>
        <translation>Välj inga komponenter (Escape på kartan)</translation>
    </message>
    <message>
        <location filename="../array/array_panel.py" line="69"/>
        <source>Conductance</source>
        <translation>Konduktans</translation>
    </message>
    <message>
        <location filename="../array/array_panel.py" line="70"/>
        <source>Error of target</source>
        <translation>Avvikelse från mål</translation>
    </message>
    <message>
        <location filename="../array/array_panel.py" line="71"/>
        <source>Cycles seen</source>
        <translation>Genomgångna cykler</translation>
    </message>
    <message>
        <location filename="../array/array_panel.py" line="72"/>
        <source>Regime seen</source>
        <translation>Genomgången regim</translation>
    </message>
    <message>
        <location filename="../array/array_panel.py" line="76"/>
        <source>What the colour of a device tells</source>
        <translation>Vad en komponents färg visar</translation>
    </message>
    <message>
        <location filename="../array/array_panel.py" line="77"/>
        <source>What the colour tells</source>
        <translation>Vad färgen visar</translation>
    </message>
    <message>
        <location filename="../array/array_panel.py" line="78"/>
        <source>Click chooses a device, Ctrl adds one, Shift takes a range, dragging takes all within a rectangle. Double click or Return shows its history.</source>
        <translation>Klick väljer en komponent, Ctrl lägger till en, Shift tar ett intervall, dragning tar alla inom en rektangel. Dubbelklick eller Return visar dess historik.</translation>
    </message>
    <message>
        <location filename="../array/array_panel.py" line="197"/>
        <source>{chosen} of {there}</source>
        <translation>{chosen} av {there}</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <location filename="../banner.py" line="45"/>
        <source>NO STATION</source>
        <translation>INGEN STATION</translation>
    </message>
    <message>
        <location filename="../banner.py" line="45"/>
        <source>none is open yet</source>
        <translation>ingen är öppen än</translation>
    </message>
    <message>
        <location filename="../banner.py" line="48"/>
        <source>SIMULATED</source>
        <translation>SIMULERAD</translation>
    </message>
    <message>
        <location filename="../banner.py" line="48"/>
        <source>REAL STATION</source>
        <translation>VERKLIG STATION</translation>
    </message>
    <message>
        <location filename="../banner.py" line="49"/>
        <source>{station}  ·  sample {sample}</source>
        <translation>{station}  ·  prov {sample}</translation>
    </message>
    <message>
        <location filename="../banner.py" line="97"/>
        <source>Open a station first</source>
        <translation>Öppna en station först</translation>
    </message>
    <message>
        <location filename="../banner.py" line="99"/>
        <source>Nothing real is connected: no instrument and no sample can be harmed</source>
        <translation>Inget verkligt är anslutet: varken instrument eller prov kan ta skada</translation>
    </message>
    <message>
        <location filename="../banner.py" line="100"/>
        <source>Real instruments and a real sample: what is started here is applied</source>
        <translation>Verkliga instrument och ett verkligt prov: det som startas här utförs</translation>
    </message>
</context>
<context>
    <name>BenchWords</name>
    <message>
        <location filename="../instruments/bench_words.py" line="20"/>
        <source>○ Idle</source>
        <translation>○ Vilar</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="21"/>
        <source>… In use, not measuring</source>
        <translation>… Används, mäter inte</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="22"/>
        <source>▶ Measuring</source>
        <translation>▶ Mäter</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="23"/>
        <source>⏸ Paused, output off</source>
        <translation>⏸ Pausad, utgång av</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="24"/>
        <source>■ Stopping</source>
        <translation>■ Stoppar</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="25"/>
        <source>✔ Safe, finishing</source>
        <translation>✔ Säkert, avslutar</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="26"/>
        <source>✖ Does not answer</source>
        <translation>✖ Svarar inte</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="27"/>
        <source>✖ Its process is gone</source>
        <translation>✖ Processen är borta</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="29"/>
        <source>? Not known yet</source>
        <translation>? Okänt än</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="36"/>
        <source>? not known</source>
        <translation>? okänt</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="38"/>
        <source>⚡ ON</source>
        <translation>⚡ PÅ</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="39"/>
        <source>○ off</source>
        <translation>○ av</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="46"/>
        <source>all open</source>
        <translation>alla öppna</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="53"/>
        <source>real time</source>
        <translation>realtid</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="56"/>
        <source>virtual time</source>
        <translation>virtuell tid</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="57"/>
        <source>virtual time, {speed} × real</source>
        <translation>virtuell tid, {speed} × verklig</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="63"/>
        <source>▲ over range</source>
        <translation>▲ över området</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="83"/>
        <source>✖ NOT verified safe {at}: {failures}; check it by hand</source>
        <translation>✖ EJ bekräftat säkert {at}: {failures}; kontrollera för hand</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="87"/>
        <source>source off</source>
        <translation>källa av</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="89"/>
        <source>relays open</source>
        <translation>reläer öppna</translation>
    </message>
    <message>
        <location filename="../instruments/bench_words.py" line="90"/>
        <source>✔ {found}, read back {at}</source>
        <translation>✔ {found}, avläst {at}</translation>
    </message>
</context>
<context>
    <name>CampaignPanel</name>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="59"/>
        <source>Checking {file}…</source>
        <translation>Kontrollerar {file}…</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="78"/>
        <source>&amp;Open…</source>
        <translation>&amp;Öppna…</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="78"/>
        <source>Open a campaign file, or drop one here</source>
        <translation>Öppna en mätseriefil, eller släpp en här</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="79"/>
        <source>&amp;Check again</source>
        <translation>&amp;Kontrollera igen</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="79"/>
        <source>Read the file once more</source>
        <translation>Läs filen en gång till</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="80"/>
        <source>&amp;Run</source>
        <translation>K&amp;ör</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="80"/>
        <source>Put the campaign first in the queue</source>
        <translation>Ställ mätserien först i kön</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="81"/>
        <source>R&amp;esume</source>
        <translation>Åt&amp;eruppta</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="81"/>
        <source>Go on where the campaign ended; what is over is not repeated</source>
        <translation>Fortsätt där mätserien slutade; det som är klart upprepas inte</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="234"/>
        <source>&amp;Pause</source>
        <translation>&amp;Pausa</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="85"/>
        <source>Let the campaign stand still</source>
        <translation>Låt mätserien stå stilla</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="86"/>
        <source>&amp;Stop</source>
        <translation>&amp;Stoppa</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="86"/>
        <source>End its run safe, and the campaign with it</source>
        <translation>Avsluta dess körning säkert, och mätserien med den</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="91"/>
        <source>Items of the campaign</source>
        <translation>Mätseriens poster</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="92"/>
        <source>Campaign</source>
        <translation>Mätserie</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="93"/>
        <source>What is wrong with the campaign</source>
        <translation>Vad som är fel med mätserien</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="94"/>
        <source>What the campaign takes</source>
        <translation>Vad mätserien tar i anspråk</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="95"/>
        <source>State of the campaign</source>
        <translation>Mätseriens tillstånd</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="180"/>
        <source>Open campaign</source>
        <translation>Öppna mätserie</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="180"/>
        <source>Campaigns (*.toml)</source>
        <translation>Mätserier (*.toml)</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="234"/>
        <source>&amp;Go on</source>
        <translation>&amp;Fortsätt</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="238"/>
        <source>Run campaign {name} on the REAL station {station}?</source>
        <translation>Köra mätserien {name} på den VERKLIGA stationen {station}?</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_panel.py" line="241"/>
        <source>Real station</source>
        <translation>Verklig station</translation>
    </message>
</context>
<context>
    <name>CampaignTable</name>
    <message>
        <location filename="../campaigns/campaign_table.py" line="75"/>
        <source>Item</source>
        <translation>Post</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_table.py" line="75"/>
        <source>Takes</source>
        <translation>Åtgång</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_table.py" line="75"/>
        <source>State</source>
        <translation>Tillstånd</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_table.py" line="109"/>
        <source>to do</source>
        <translation>återstår</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_table.py" line="110"/>
        <source>running</source>
        <translation>pågår</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_table.py" line="111"/>
        <source>finished</source>
        <translation>klar</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_table.py" line="112"/>
        <source>failed</source>
        <translation>misslyckad</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_table.py" line="113"/>
        <source>stopped</source>
        <translation>stoppad</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_table.py" line="114"/>
        <source>skipped</source>
        <translation>överhoppad</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_table.py" line="115"/>
        <source>interrupted</source>
        <translation>avbruten</translation>
    </message>
</context>
<context>
    <name>CampaignWindow</name>
    <message>
        <location filename="../campaigns/campaign_window.py" line="38"/>
        <source>Campaigns</source>
        <translation>Mätserier</translation>
    </message>
</context>
<context>
    <name>CampaignWords</name>
    <message>
        <location filename="../campaigns/campaign_words.py" line="19"/>
        <source>Open a campaign file, or drop one here.</source>
        <translation>Öppna en mätseriefil, eller släpp en här.</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="22"/>
        <source>{name} cannot run before this is mended; problems: {count}</source>
        <translation>{name} kan inte köras förrän detta är åtgärdat; problem: {count}</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="25"/>
        <source>{name} is for station {theirs}, this window is at {ours}; open it there</source>
        <translation>{name} gäller station {theirs}, det här fönstret är vid {ours}; öppna den där</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="30"/>
        <source>{name}: every item is in order. {description}</source>
        <translation>{name}: alla poster är i ordning. {description}</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="45"/>
        <source>Not begun yet</source>
        <translation>Inte påbörjad än</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="46"/>
        <source>{status}, {done} of {all} items done</source>
        <translation>{status}, {done} av {all} poster klara</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="46"/>
        <source>paused</source>
        <translation>pausad</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="53"/>
        <source>; now {item}, {percent} %</source>
        <translation>; nu {item}, {percent} %</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="56"/>
        <source>; about {time} to go</source>
        <translation>; omkring {time} kvar</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="63"/>
        <source>{item} and {count} more: </source>
        <translation>{item} och {count} till: </translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="68"/>
        <source>running</source>
        <translation>pågår</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="69"/>
        <source>finished</source>
        <translation>klar</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="70"/>
        <source>failed</source>
        <translation>misslyckad</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="71"/>
        <source>stopped</source>
        <translation>stoppad</translation>
    </message>
    <message>
        <location filename="../campaigns/campaign_words.py" line="72"/>
        <source>interrupted</source>
        <translation>avbruten</translation>
    </message>
</context>
<context>
    <name>ColourBar</name>
    <message>
        <location filename="../plots/colour_bar.py" line="32"/>
        <source>Colours from {} to {}</source>
        <translation>Färger från {} till {}</translation>
    </message>
    <message>
        <location filename="../plots/colour_bar.py" line="73"/>
        <source>not measured</source>
        <translation>inte mätt</translation>
    </message>
</context>
<context>
    <name>Colouring</name>
    <message>
        <location filename="../array/colouring.py" line="157"/>
        <source>untouched</source>
        <translation>orörd</translation>
    </message>
    <message>
        <location filename="../array/colouring.py" line="158"/>
        <source>interface</source>
        <translation>gränsskikt</translation>
    </message>
    <message>
        <location filename="../array/colouring.py" line="159"/>
        <source>filament</source>
        <translation>filament</translation>
    </message>
</context>
<context>
    <name>CurvesDialog</name>
    <message>
        <location filename="../runs/curves_dialog.py" line="60"/>
        <source>What was found</source>
        <translation>Resultat</translation>
    </message>
    <message>
        <location filename="../runs/curves_dialog.py" line="61"/>
        <source>Name</source>
        <translation>Namn</translation>
    </message>
    <message>
        <location filename="../runs/curves_dialog.py" line="61"/>
        <source>Value</source>
        <translation>Värde</translation>
    </message>
    <message>
        <location filename="../runs/curves_dialog.py" line="61"/>
        <source>Meaning</source>
        <translation>Betydelse</translation>
    </message>
    <message>
        <location filename="../runs/curves_dialog.py" line="73"/>
        <source>{count} runs laid over each other</source>
        <translation>{count} körningar lagda över varandra</translation>
    </message>
    <message>
        <location filename="../runs/curves_dialog.py" line="81"/>
        <source>None of these runs can be read.</source>
        <translation>Ingen av dessa körningar kan läsas.</translation>
    </message>
    <message>
        <location filename="../runs/curves_dialog.py" line="84"/>
        <source>left out: {folder}: {why}</source>
        <translation>utelämnad: {folder}: {why}</translation>
    </message>
</context>
<context>
    <name>DecisionDialog</name>
    <message>
        <location filename="../array/decision_dialog.py" line="26"/>
        <source>what you saw, and why you decide so</source>
        <translation>vad du såg, och varför du beslutar så</translation>
    </message>
    <message>
        <location filename="../array/decision_dialog.py" line="35"/>
        <source>Your &amp;name:</source>
        <translation>Ditt &amp;namn:</translation>
    </message>
    <message>
        <location filename="../array/decision_dialog.py" line="36"/>
        <source>&amp;Why:</source>
        <translation>&amp;Varför:</translation>
    </message>
    <message>
        <location filename="../array/decision_dialog.py" line="60"/>
        <source>Say who you are and why</source>
        <translation>Ange vem du är och varför</translation>
    </message>
</context>
<context>
    <name>DeviceDialog</name>
    <message>
        <location filename="../array/device_dialog.py" line="60"/>
        <source>Device {name}</source>
        <translation>Komponent {name}</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="61"/>
        <source>It was never read at small voltage.
The procedure array_read does that.</source>
        <translation>Den har aldrig lästs vid låg spänning.
Det gör proceduren array_read.</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="122"/>
        <source>Looking into the ledger…</source>
        <translation>Slår upp i komponentjournalen…</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="124"/>
        <source>✓ In use: runs may apply voltages to it.</source>
        <translation>✓ I bruk: körningar får lägga spänning på den.</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="127"/>
        <source>⚠ In quarantine since {time}{run}: {reason}</source>
        <translation>⚠ I karantän sedan {time}{run}: {reason}</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="134"/>
        <source>&amp;Put aside…</source>
        <translation>S&amp;ätt i karantän…</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="135"/>
        <source>Runs refuse the device until it is released</source>
        <translation>Körningar vägrar komponenten tills den släpps</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="137"/>
        <source>&amp;Release…</source>
        <translation>&amp;Släpp…</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="138"/>
        <source>Runs may use the device again</source>
        <translation>Körningar får använda komponenten igen</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="151"/>
        <source>Put {name} aside</source>
        <translation>Sätt {name} i karantän</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="151"/>
        <source>Runs will refuse {name} until somebody releases it. A run that uses it now goes on.</source>
        <translation>Körningar vägrar {name} tills någon släpper den. En körning som använder den nu fortsätter.</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="151"/>
        <source>&amp;Put aside</source>
        <translation>S&amp;ätt i karantän</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="163"/>
        <source>Release {name}</source>
        <translation>Släpp {name}</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="163"/>
        <source>{name} was put aside: {reason}</source>
        <translation>{name} sattes i karantän: {reason}</translation>
    </message>
    <message>
        <location filename="../array/device_dialog.py" line="163"/>
        <source>&amp;Release</source>
        <translation>&amp;Släpp</translation>
    </message>
</context>
<context>
    <name>DeviceFacts</name>
    <message>
        <location filename="../array/device_facts.py" line="32"/>
        <source>What the device has seen and may see</source>
        <translation>Vad komponenten har gått igenom och får gå igenom</translation>
    </message>
    <message>
        <location filename="../array/device_facts.py" line="33"/>
        <source>Cycles used of those allowed</source>
        <translation>Använda cykler av de tillåtna</translation>
    </message>
    <message>
        <location filename="../array/device_facts.py" line="40"/>
        <source>Sample, crosspoint</source>
        <translation>Prov, korspunkt</translation>
    </message>
    <message>
        <location filename="../array/device_facts.py" line="46"/>
        <source>What it has seen</source>
        <translation>Vad den har gått igenom</translation>
    </message>
    <message>
        <location filename="../array/device_facts.py" line="46"/>
        <source>What it may see</source>
        <translation>Vad den får gå igenom</translation>
    </message>
    <message>
        <location filename="../array/device_facts.py" line="53"/>
        <source>{percent} % of its cycles are used</source>
        <translation>{percent} % av dess cykler är använda</translation>
    </message>
</context>
<context>
    <name>DeviceLine</name>
    <message>
        <location filename="../procedure/device_line.py" line="74"/>
        <source>Apply &amp;to</source>
        <translation>Kör p&amp;å</translation>
    </message>
    <message>
        <location filename="../procedure/device_line.py" line="75"/>
        <source>selected</source>
        <translation>valda</translation>
    </message>
    <message>
        <location filename="../procedure/device_line.py" line="75"/>
        <source>all</source>
        <translation>alla</translation>
    </message>
    <message>
        <location filename="../procedure/device_line.py" line="75"/>
        <source>first needed</source>
        <translation>efter behov</translation>
    </message>
    <message>
        <location filename="../procedure/device_line.py" line="78"/>
        <source>Apply to</source>
        <translation>Kör på</translation>
    </message>
    <message>
        <location filename="../procedure/device_line.py" line="79"/>
        <source>Selected: the devices chosen in the array. All: every device of the station. First needed: as many as the procedure needs, in the order of the wiring.</source>
        <translation>Valda: komponenterna som valts i matrisen. Alla: stationens samtliga komponenter. Efter behov: så många som proceduren behöver, i kopplingsordning.</translation>
    </message>
    <message>
        <location filename="../procedure/device_line.py" line="98"/>
        <source>needed: one or more</source>
        <translation>krävs: en eller flera</translation>
    </message>
    <message>
        <location filename="../procedure/device_line.py" line="98"/>
        <source>needed: {count}</source>
        <translation>krävs: {count}</translation>
    </message>
    <message>
        <location filename="../procedure/device_line.py" line="105"/>
        <source>{count} of {total}: {names}; {needed}</source>
        <translation>{count} av {total}: {names}; {needed}</translation>
    </message>
    <message>
        <location filename="../procedure/device_line.py" line="110"/>
        <source>none selected; {needed}</source>
        <translation>inga valda; {needed}</translation>
    </message>
</context>
<context>
    <name>DeviceRuns</name>
    <message>
        <location filename="../array/device_runs.py" line="33"/>
        <source>Started</source>
        <translation>Startad</translation>
    </message>
    <message>
        <location filename="../array/device_runs.py" line="33"/>
        <source>Procedure</source>
        <translation>Procedur</translation>
    </message>
    <message>
        <location filename="../array/device_runs.py" line="33"/>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <location filename="../array/device_runs.py" line="33"/>
        <source>Rows</source>
        <translation>Rader</translation>
    </message>
    <message>
        <location filename="../array/device_runs.py" line="33"/>
        <source>Run</source>
        <translation>Körning</translation>
    </message>
    <message>
        <location filename="../array/device_runs.py" line="35"/>
        <source>Runs with this device</source>
        <translation>Körningar med denna komponent</translation>
    </message>
    <message>
        <location filename="../array/device_runs.py" line="36"/>
        <source>Double click or Return shows a run</source>
        <translation>Dubbelklick eller Return visar en körning</translation>
    </message>
    <message>
        <location filename="../array/device_runs.py" line="43"/>
        <source>older ones are under Runs</source>
        <translation>äldre finns under Körningar</translation>
    </message>
    <message>
        <location filename="../array/device_runs.py" line="43"/>
        <source>no run so far</source>
        <translation>ingen körning hittills</translation>
    </message>
</context>
<context>
    <name>DifferenceDialog</name>
    <message>
        <location filename="../runs/difference_dialog.py" line="28"/>
        <source>Two runs compared</source>
        <translation>Jämförelse av två körningar</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="33"/>
        <source>Nothing differs but name and times.</source>
        <translation>Inget skiljer utom namn och tider.</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="45"/>
        <source>Differences</source>
        <translation>Skillnader</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="46"/>
        <source>Name</source>
        <translation>Namn</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="59"/>
        <source>and {count} more; labctl runs diff --json tells all</source>
        <translation>och {count} till; labctl runs diff --json visar allt</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="70"/>
        <source>Procedure</source>
        <translation>Procedur</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="71"/>
        <source>Parameters</source>
        <translation>Parametrar</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="72"/>
        <source>Regime</source>
        <translation>Regim</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="73"/>
        <source>Devices</source>
        <translation>Komponenter</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="74"/>
        <source>Station</source>
        <translation>Station</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="75"/>
        <source>Seed</source>
        <translation>Slumpfrö</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="76"/>
        <source>Sample</source>
        <translation>Prov</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="77"/>
        <source>Wiring</source>
        <translation>Koppling</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="78"/>
        <source>Instruments</source>
        <translation>Instrument</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="79"/>
        <source>Own limits</source>
        <translation>Egna gränser</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="80"/>
        <source>Required</source>
        <translation>Krav</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="81"/>
        <source>Limits</source>
        <translation>Gränser</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="82"/>
        <source>Guard</source>
        <translation>Vakt</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="83"/>
        <source>Software</source>
        <translation>Programvara</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="84"/>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <location filename="../runs/difference_dialog.py" line="85"/>
        <source>Results</source>
        <translation>Resultat</translation>
    </message>
</context>
<context>
    <name>DotMap</name>
    <message>
        <location filename="../array/dot_map.py" line="118"/>
        <source>Map of the array</source>
        <translation>Karta över matrisen</translation>
    </message>
    <message>
        <location filename="../array/dot_map.py" line="319"/>
        <source>Connected to the source now</source>
        <translation>Ansluten till källan nu</translation>
    </message>
    <message>
        <location filename="../array/dot_map.py" line="326"/>
        <source>No device is known</source>
        <translation>Ingen komponent är känd</translation>
    </message>
    <message>
        <location filename="../array/dot_map.py" line="328"/>
        <source>chosen</source>
        <translation>vald</translation>
    </message>
    <message>
        <location filename="../array/dot_map.py" line="328"/>
        <source>not chosen</source>
        <translation>inte vald</translation>
    </message>
    <message>
        <location filename="../array/dot_map.py" line="329"/>
        <source>row {row}, column {column}</source>
        <translation>rad {row}, kolumn {column}</translation>
    </message>
</context>
<context>
    <name>FieldGroup</name>
    <message numerus="yes">
        <location filename="../procedure/field_group.py" line="62"/>
        <source>(%n changed)</source>
        <translation>
            <numerusform>(%n ändrad)</numerusform>
            <numerusform>(%n ändrade)</numerusform>
        </translation>
    </message>
    <message>
        <location filename="../procedure/field_group.py" line="65"/>
        <source>folded</source>
        <translation>hopfälld</translation>
    </message>
    <message>
        <location filename="../procedure/field_group.py" line="65"/>
        <source>unfolded</source>
        <translation>utfälld</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <location filename="../runs/filter_bar.py" line="104"/>
        <source>Name of run</source>
        <translation>Namn</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="104"/>
        <source>Part of a run&apos;s folder name. Return opens the run that is called so; a path does too.</source>
        <translation>Del av körningens mappnamn. Return öppnar körningen som heter så; även en sökväg går bra.</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="107"/>
        <source>on_off_ratio &gt; 1e5</source>
        <translation>on_off_ratio &gt; 1e5</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="107"/>
        <source>Runs whose findings are so: a finding, one of &lt; &lt;= &gt; &gt;= = !=, and a value with its unit. Several with ; between them must all hold.</source>
        <translation>Körningar med sådana resultat: ett resultat, något av &lt; &lt;= &gt; &gt;= = !=, och ett värde med enhet. Flera med ; emellan måste alla gälla.</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="111"/>
        <source>from date</source>
        <translation>från datum</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="111"/>
        <source>Started then or later: 2026-11-01, or 2026-11-01T14:30</source>
        <translation>Startad då eller senare: 2026-11-01, eller 2026-11-01T14:30</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="114"/>
        <source>to date</source>
        <translation>till datum</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="114"/>
        <source>Started then or earlier, all of that day: 2026-11-01</source>
        <translation>Startad då eller tidigare, hela den dagen: 2026-11-01</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="126"/>
        <source>List all runs again</source>
        <translation>Lista alla körningar igen</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="127"/>
        <source>List all runs again (Esc)</source>
        <translation>Lista alla körningar igen (Esc)</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="227"/>
        <source>Any procedure</source>
        <translation>Alla procedurer</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="227"/>
        <source>Runs of this procedure</source>
        <translation>Körningar av denna procedur</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="228"/>
        <source>Any status</source>
        <translation>Alla utfall</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="228"/>
        <source>Runs that ended so</source>
        <translation>Körningar som slutade så</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="229"/>
        <source>Any sample</source>
        <translation>Alla prover</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="229"/>
        <source>Runs on this sample</source>
        <translation>Körningar på detta prov</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="230"/>
        <source>Any device</source>
        <translation>Alla komp.</translation>
    </message>
    <message>
        <location filename="../runs/filter_bar.py" line="230"/>
        <source>Runs that measured this device</source>
        <translation>Körningar som mätte denna komponent</translation>
    </message>
</context>
<context>
    <name>FindingsTable</name>
    <message>
        <location filename="../live/findings_table.py" line="59"/>
        <source>Findings</source>
        <translation>Resultat</translation>
    </message>
    <message>
        <location filename="../live/findings_table.py" line="60"/>
        <source>Name</source>
        <translation>Namn</translation>
    </message>
    <message>
        <location filename="../live/findings_table.py" line="60"/>
        <source>Value</source>
        <translation>Värde</translation>
    </message>
    <message>
        <location filename="../live/findings_table.py" line="60"/>
        <source>Meaning</source>
        <translation>Betydelse</translation>
    </message>
</context>
<context>
    <name>ImageView</name>
    <message>
        <location filename="../plots/image_view.py" line="176"/>
        <source>Image {}</source>
        <translation>Bild {}</translation>
    </message>
    <message>
        <location filename="../plots/image_view.py" line="192"/>
        <source>log</source>
        <translation>log</translation>
    </message>
    <message>
        <location filename="../plots/image_view.py" line="193"/>
        <source>Logarithmic colours</source>
        <translation>Logaritmiska färger</translation>
    </message>
    <message>
        <location filename="../plots/image_view.py" line="223"/>
        <source>point at a pixel, or use the arrow keys</source>
        <translation>peka på en bildpunkt, eller använd piltangenterna</translation>
    </message>
    <message>
        <location filename="../plots/image_view.py" line="227"/>
        <source>not measured</source>
        <translation>inte mätt</translation>
    </message>
    <message>
        <location filename="../plots/image_view.py" line="230"/>
        <source>{value} in row {row}, column {column}</source>
        <translation>{value} i rad {row}, kolumn {column}</translation>
    </message>
</context>
<context>
    <name>InstrumentPanel</name>
    <message>
        <location filename="../instruments/instrument_panel.py" line="72"/>
        <source>&amp;Look</source>
        <translation>&amp;Läs av</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="73"/>
        <source>Look at the instruments</source>
        <translation>Läs av instrumenten</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="74"/>
        <source>State of the bench</source>
        <translation>Mätplatsens tillstånd</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="75"/>
        <source>What is wrong</source>
        <translation>Vad som är fel</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="192"/>
        <source>No station is open</source>
        <translation>Ingen station är öppen</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="194"/>
        <source>{program} (process {pid})</source>
        <translation>{program} (process {pid})</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="198"/>
        <source>Looking at the instruments …</source>
        <translation>Läser av instrumenten …</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="202"/>
        <source>Nobody uses the instruments</source>
        <translation>Ingen använder instrumenten</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="204"/>
        <source>✖ Not connected</source>
        <translation>✖ Inte anslutna</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="205"/>
        <source>✔ {count} instruments answered {at}</source>
        <translation>✔ {count} instrument svarade {at}</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="220"/>
        <source>&amp;Go on</source>
        <translation>F&amp;ortsätt</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="220"/>
        <source>P&amp;ause</source>
        <translation>Pa&amp;usa</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="222"/>
        <source>The run stands still before its next application, source at 0 V and off</source>
        <translation>Körningen stannar före nästa puls eller svep, med källan på 0 V och av</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="222"/>
        <source>Nothing is running that could be paused</source>
        <translation>Inget pågår som kan pausas</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="229"/>
        <source>Ask every instrument what it is and how it is set; changes nothing</source>
        <translation>Fråga varje instrument vad det är och hur det är inställt; ändrar inget</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="229"/>
        <source>The instruments are in use; what is known of them is shown above</source>
        <translation>Instrumenten används; det man vet om dem visas ovan</translation>
    </message>
    <message>
        <location filename="../instruments/instrument_panel.py" line="200"/>
        <source>Simulated within each run</source>
        <translation>Simuleras i varje körning</translation>
    </message>
</context>
<context>
    <name>ItemActions</name>
    <message>
        <location filename="../queue/item_actions.py" line="67"/>
        <source>Move &amp;up</source>
        <translation>Flytta &amp;upp</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="67"/>
        <source>Run the chosen items earlier</source>
        <translation>Kör de valda posterna tidigare</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="68"/>
        <source>Move &amp;down</source>
        <translation>Flytta ne&amp;d</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="68"/>
        <source>Run the chosen items later</source>
        <translation>Kör de valda posterna senare</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="69"/>
        <source>&amp;Edit…</source>
        <translation>&amp;Ändra…</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="69"/>
        <source>Change what was ordered; it has not begun</source>
        <translation>Ändra beställningen; den har inte börjat</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="99"/>
        <source>&amp;Hold</source>
        <translation>&amp;Håll kvar</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="70"/>
        <source>Pass over the chosen items until let go</source>
        <translation>Gå förbi de valda posterna tills de släpps</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="71"/>
        <source>S&amp;kip</source>
        <translation>Hoppa ö&amp;ver</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="71"/>
        <source>Do not run the chosen items</source>
        <translation>Kör inte de valda posterna</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="72"/>
        <source>Re&amp;move</source>
        <translation>&amp;Ta bort</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="72"/>
        <source>Take the rows out of the queue; what was measured stays</source>
        <translation>Ta bort raderna ur kön; det som mätts finns kvar</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="76"/>
        <source>&amp;Again</source>
        <translation>Upprepa &amp;igen</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="76"/>
        <source>Add the same once more, at the end</source>
        <translation>Lägg till samma en gång till, sist</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="77"/>
        <source>&amp;Resume</source>
        <translation>Åt&amp;eruppta</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="77"/>
        <source>Go on where it stopped, in the same run folder; no stress is repeated</source>
        <translation>Fortsätt där den stannade, i samma körningsmapp; ingen stress upprepas</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="81"/>
        <source>To the &amp;form</source>
        <translation>Till &amp;formuläret</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="81"/>
        <source>Put procedure, parameters, and devices into the procedure panel</source>
        <translation>För in procedur, parametrar och komponenter i procedurpanelen</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="85"/>
        <source>&amp;Open run</source>
        <translation>Öppna &amp;körning</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="85"/>
        <source>Look at what was measured</source>
        <translation>Visa det som mättes</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="86"/>
        <source>&amp;Clear finished</source>
        <translation>&amp;Rensa färdiga</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="86"/>
        <source>Take out the rows that are finished or skipped</source>
        <translation>Ta bort rader som är klara eller överhoppade</translation>
    </message>
    <message>
        <location filename="../queue/item_actions.py" line="99"/>
        <source>&amp;Let go</source>
        <translation>&amp;Släpp</translation>
    </message>
</context>
<context>
    <name>ItemDeeds</name>
    <message>
        <location filename="../queue/item_deeds.py" line="53"/>
        <source>Start the queue on the REAL station {station}? Waiting: {count}</source>
        <translation>Starta kön på den VERKLIGA stationen {station}? Väntar: {count}</translation>
    </message>
    <message>
        <location filename="../queue/item_deeds.py" line="72"/>
        <source>Go on with this run on the REAL station {station}?</source>
        <translation>Fortsätta körningen på den VERKLIGA stationen {station}?</translation>
    </message>
    <message>
        <location filename="../queue/item_deeds.py" line="80"/>
        <source>Real station</source>
        <translation>Verklig station</translation>
    </message>
</context>
<context>
    <name>ItemDialog</name>
    <message>
        <location filename="../queue/item_dialog.py" line="37"/>
        <source>Edit {procedure}</source>
        <translation>Ändra {procedure}</translation>
    </message>
    <message>
        <location filename="../queue/item_dialog.py" line="40"/>
        <source>&amp;Devices</source>
        <translation>&amp;Komponenter</translation>
    </message>
    <message>
        <location filename="../queue/item_dialog.py" line="41"/>
        <source>the procedure&apos;s choice</source>
        <translation>procedurens val</translation>
    </message>
    <message>
        <location filename="../queue/item_dialog.py" line="45"/>
        <source>&amp;Times</source>
        <translation>&amp;Antal gånger</translation>
    </message>
</context>
<context>
    <name>LeavingDialog</name>
    <message>
        <location filename="../queue/leaving.py" line="51"/>
        <source>Close the window</source>
        <translation>Stäng fönstret</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="56"/>
        <source>Let it &amp;go on</source>
        <translation>&amp;Låt den fortsätta</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="57"/>
        <source>The run is a process of its own; a new window finds it</source>
        <translation>Körningen är en egen process; ett nytt fönster hittar den</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="58"/>
        <source>&amp;Stop it safely, then close</source>
        <translation>&amp;Stoppa den säkert och stäng</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="59"/>
        <source>End the run, see that its instruments are safe, then close</source>
        <translation>Avsluta körningen, kontrollera att instrumenten är i säkert läge, stäng sedan</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="60"/>
        <source>&amp;Cancel</source>
        <translation>&amp;Avbryt</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="82"/>
        <source>{what} is still running.</source>
        <translation>{what} pågår fortfarande.</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="82"/>
        <source>A run</source>
        <translation>En körning</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="85"/>
        <source>It can go on without the window: a new window finds it and shows it.</source>
        <translation>Den kan fortsätta utan fönstret: ett nytt fönster hittar den och visar den.</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="88"/>
        <source>Waiting in the queue: {count}. They stay there, and begin when you say so.</source>
        <translation>Väntar i kön: {count}. De blir kvar där och börjar när du säger till.</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="98"/>
        <source>Stopping: the instruments are being made safe…</source>
        <translation>Stoppar: instrumenten försätts i säkert läge…</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="108"/>
        <source>Verified safe: source at 0 V and off, relays open. The run ends…</source>
        <translation>Säkert läge bekräftat: källan på 0 V och av, reläer öppna. Körningen avslutas…</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="114"/>
        <source>The instruments are NOT verified safe: {why}. Check them by hand.</source>
        <translation>Säkert läge är INTE bekräftat: {why}. Kontrollera instrumenten för hand.</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="122"/>
        <source>The run does not answer: {why}</source>
        <translation>Körningen svarar inte: {why}</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="128"/>
        <source>&amp;Close</source>
        <translation>S&amp;täng</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="129"/>
        <source>{what} has ended.</source>
        <translation>{what} har avslutats.</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="138"/>
        <source>It ended, but NOT verified safe: {why}. Check the instruments.</source>
        <translation>Den avslutades, men säkert läge är INTE bekräftat: {why}. Kontrollera instrumenten.</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="145"/>
        <source>The run has ended: {why}</source>
        <translation>Körningen har avslutats: {why}</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="155"/>
        <source>&amp;Close all the same</source>
        <translation>S&amp;täng ändå</translation>
    </message>
    <message>
        <location filename="../queue/leaving.py" line="156"/>
        <source>&amp;Stop again</source>
        <translation>&amp;Stoppa igen</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <location filename="../array/legend.py" line="46"/>
        <source>not known</source>
        <translation>okänd</translation>
    </message>
    <message>
        <location filename="../array/legend.py" line="47"/>
        <source>stress since</source>
        <translation>stressad sedan dess</translation>
    </message>
    <message>
        <location filename="../array/legend.py" line="48"/>
        <source>quarantined</source>
        <translation>i karantän</translation>
    </message>
    <message>
        <location filename="../array/legend.py" line="49"/>
        <source>connected</source>
        <translation>ansluten</translation>
    </message>
    <message>
        <location filename="../array/legend.py" line="53"/>
        <source>Legend</source>
        <translation>Teckenförklaring</translation>
    </message>
</context>
<context>
    <name>ListStrip</name>
    <message>
        <location filename="../runs/list_strip.py" line="58"/>
        <source>Runs: {count}</source>
        <translation>Körningar: {count}</translation>
    </message>
    <message>
        <location filename="../runs/list_strip.py" line="60"/>
        <source>Others come when you scroll down</source>
        <translation>Fler visas när du rullar nedåt</translation>
    </message>
    <message>
        <location filename="../runs/list_strip.py" line="61"/>
        <source>⚠ Unreadable: {count}</source>
        <translation>⚠ Oläsliga: {count}</translation>
    </message>
    <message>
        <location filename="../runs/list_strip.py" line="62"/>
        <source>Folders among the runs that cannot be read, and why</source>
        <translation>Mappar bland körningarna som inte kan läsas, och varför</translation>
    </message>
    <message>
        <location filename="../runs/list_strip.py" line="64"/>
        <source>Columns</source>
        <translation>Kolumner</translation>
    </message>
    <message>
        <location filename="../runs/list_strip.py" line="65"/>
        <source>Choose what is shown of each run</source>
        <translation>Välj vad som visas av varje körning</translation>
    </message>
    <message>
        <location filename="../runs/list_strip.py" line="66"/>
        <source>Export list…</source>
        <translation>Exportera lista…</translation>
    </message>
    <message>
        <location filename="../runs/list_strip.py" line="67"/>
        <source>Write all runs that fit, with the findings asked for, as CSV</source>
        <translation>Skriv alla körningar som passar, med efterfrågade resultat, som CSV</translation>
    </message>
    <message>
        <location filename="../runs/list_strip.py" line="83"/>
        <source>Export the list of runs</source>
        <translation>Exportera listan över körningar</translation>
    </message>
    <message>
        <location filename="../runs/list_strip.py" line="83"/>
        <source>Tables (*.csv)</source>
        <translation>Tabeller (*.csv)</translation>
    </message>
</context>
<context>
    <name>LivePanel</name>
    <message>
        <location filename="../live/live_panel.py" line="61"/>
        <source>Results</source>
        <translation>Analys</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="62"/>
        <source>Signals</source>
        <translation>Signaler</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="63"/>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="64"/>
        <source>Findings</source>
        <translation>Resultat</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="68"/>
        <source>What the procedure makes of its readings</source>
        <translation>Vad proceduren får ut av sina avläsningar</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="69"/>
        <source>Everything that was measured, against time</source>
        <translation>Allt som mättes, mot tiden</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="70"/>
        <source>Views of the run</source>
        <translation>Körningens vyer</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="71"/>
        <source>No run is shown.

Choose devices and a procedure, look at the preview, and press Start; or open an earlier run from the list of runs.</source>
        <translation>Ingen körning visas.

Välj komponenter och en procedur, granska förhandsvisningen och tryck på Starta; eller öppna en tidigare körning i listan över körningar.</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="212"/>
        <source>The plots appear with the first readings.</source>
        <translation>Diagrammen visas med de första avläsningarna.</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="213"/>
        <source>The signals appear with the first readings.</source>
        <translation>Signalerna visas med de första avläsningarna.</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="214"/>
        <source>The image appears with its first pixel.</source>
        <translation>Bilden visas med sin första bildpunkt.</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="215"/>
        <source>Findings appear as soon as the readings allow them.</source>
        <translation>Resultat visas så snart avläsningarna räcker till.</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="218"/>
        <source>This run has no plots; see its signals and findings.</source>
        <translation>Körningen har inga diagram; se dess signaler och resultat.</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="219"/>
        <source>This run has no readings.</source>
        <translation>Körningen har inga avläsningar.</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="220"/>
        <source>This run has no images.</source>
        <translation>Körningen har inga bilder.</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="221"/>
        <source>This run has no findings; its signals may show why.</source>
        <translation>Körningen har inga resultat; signalerna kan visa varför.</translation>
    </message>
    <message>
        <location filename="../live/live_panel.py" line="231"/>
        <source>No program opened the report; it is {}.</source>
        <translation>Inget program öppnade rapporten; den är {}.</translation>
    </message>
</context>
<context>
    <name>LogPanel</name>
    <message>
        <location filename="../log_panel.py" line="95"/>
        <source>All</source>
        <translation>Alla</translation>
    </message>
    <message>
        <location filename="../log_panel.py" line="95"/>
        <source>Warnings</source>
        <translation>Varningar</translation>
    </message>
    <message>
        <location filename="../log_panel.py" line="95"/>
        <source>Errors</source>
        <translation>Fel</translation>
    </message>
    <message>
        <location filename="../log_panel.py" line="98"/>
        <source>What is shown</source>
        <translation>Vad som visas</translation>
    </message>
    <message>
        <location filename="../log_panel.py" line="99"/>
        <source>Show all messages, or only those that matter most</source>
        <translation>Visa alla meddelanden, eller bara de viktigaste</translation>
    </message>
    <message>
        <location filename="../log_panel.py" line="100"/>
        <source>Find in the log</source>
        <translation>Sök i loggen</translation>
    </message>
    <message>
        <location filename="../log_panel.py" line="101"/>
        <source>Find</source>
        <translation>Sök</translation>
    </message>
    <message>
        <location filename="../log_panel.py" line="102"/>
        <source>Find text in the log (Ctrl+F); Enter goes to the next place</source>
        <translation>Sök text i loggen (Ctrl+F); Enter går till nästa ställe</translation>
    </message>
    <message>
        <location filename="../log_panel.py" line="105"/>
        <source>&amp;Copy</source>
        <translation>Ko&amp;piera</translation>
    </message>
    <message>
        <location filename="../log_panel.py" line="106"/>
        <source>Copy what is selected, or else everything shown</source>
        <translation>Kopiera det markerade, annars allt som visas</translation>
    </message>
    <message>
        <location filename="../log_panel.py" line="107"/>
        <source>Log</source>
        <translation>Logg</translation>
    </message>
    <message>
        <location filename="../log_panel.py" line="108"/>
        <source>Nothing was said yet</source>
        <translation>Inget har meddelats än</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <location filename="../main_window.py" line="71"/>
        <source>Array</source>
        <translation>Matris</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="72"/>
        <source>Procedure</source>
        <translation>Procedur</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="73"/>
        <source>Instruments</source>
        <translation>Instrument</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="74"/>
        <source>Queue</source>
        <translation>Kö</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="75"/>
        <source>Log</source>
        <translation>Logg</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="79"/>
        <source>Preview</source>
        <translation>Förhandsvisning</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="79"/>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="79"/>
        <source>Runs</source>
        <translation>Körningar</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="81"/>
        <source>Station and STOP</source>
        <translation>Station och STOP</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="186"/>
        <source>simulated</source>
        <translation>simulerad</translation>
    </message>
    <message>
        <location filename="../main_window.py" line="186"/>
        <source>REAL STATION</source>
        <translation>VERKLIG STATION</translation>
    </message>
</context>
<context>
    <name>MeasureTool</name>
    <message>
        <location filename="../plots/measure.py" line="116"/>
        <source>arrows move {}</source>
        <translation>piltangenter flyttar {}</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <location filename="../menus.py" line="45"/>
        <source>S&amp;tation</source>
        <translation>S&amp;tation</translation>
    </message>
    <message>
        <location filename="../menus.py" line="46"/>
        <source>&amp;View</source>
        <translation>&amp;Visa</translation>
    </message>
    <message>
        <location filename="../menus.py" line="47"/>
        <source>&amp;Help</source>
        <translation>&amp;Hjälp</translation>
    </message>
    <message>
        <location filename="../menus.py" line="48"/>
        <source>&amp;Colours</source>
        <translation>&amp;Färger</translation>
    </message>
    <message>
        <location filename="../menus.py" line="49"/>
        <source>&amp;Language</source>
        <translation>&amp;Språk</translation>
    </message>
    <message>
        <location filename="../menus.py" line="50"/>
        <source>&amp;Open station file…</source>
        <translation>&amp;Öppna stationsfil…</translation>
    </message>
    <message>
        <location filename="../menus.py" line="52"/>
        <source>&amp;Close window</source>
        <translation>&amp;Stäng fönstret</translation>
    </message>
    <message>
        <location filename="../menus.py" line="53"/>
        <source>&amp;Keys</source>
        <translation>&amp;Tangenter</translation>
    </message>
    <message>
        <location filename="../menus.py" line="54"/>
        <source>&amp;About</source>
        <translation>&amp;Om</translation>
    </message>
    <message>
        <location filename="../menus.py" line="57"/>
        <source>&amp;Light</source>
        <translation>&amp;Ljust</translation>
    </message>
    <message>
        <location filename="../menus.py" line="57"/>
        <source>&amp;Dark</source>
        <translation>&amp;Mörkt</translation>
    </message>
    <message>
        <location filename="../menus.py" line="106"/>
        <source>Open station file</source>
        <translation>Öppna stationsfil</translation>
    </message>
    <message>
        <location filename="../menus.py" line="106"/>
        <source>Station files (*.toml)</source>
        <translation>Stationsfiler (*.toml)</translation>
    </message>
    <message>
        <location filename="../menus.py" line="51"/>
        <source>Open &amp;campaign…</source>
        <translation>Öppna &amp;mätserie…</translation>
    </message>
</context>
<context>
    <name>NamesField</name>
    <message>
        <location filename="../array/names_field.py" line="41"/>
        <source>none; such as D01-D09, D12</source>
        <translation>inga; t.ex. D01-D09, D12</translation>
    </message>
    <message>
        <location filename="../array/names_field.py" line="42"/>
        <source>Chosen devices by name</source>
        <translation>Valda komponenter, med namn</translation>
    </message>
    <message>
        <location filename="../array/names_field.py" line="75"/>
        <source>There is no device {word}</source>
        <translation>Det finns ingen komponent {word}</translation>
    </message>
    <message>
        <location filename="../array/names_field.py" line="76"/>
        <source>There is no device {word}; did you mean {nearest}?</source>
        <translation>Det finns ingen komponent {word}; menade du {nearest}?</translation>
    </message>
    <message>
        <location filename="../array/names_field.py" line="81"/>
        <source>Names with commas between, ranges with a hyphen</source>
        <translation>Namn med komma emellan, intervall med bindestreck</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <location filename="../preview/notices.py" line="28"/>
        <source>{text} (set by: {who})</source>
        <translation>{text} (satt av: {who})</translation>
    </message>
</context>
<context>
    <name>ParameterField</name>
    <message>
        <location filename="../procedure/parameter_field.py" line="79"/>
        <source>Limits: {limits}</source>
        <translation>Gränser: {limits}</translation>
    </message>
    <message>
        <location filename="../procedure/parameter_field.py" line="80"/>
        <source>Default: {default}</source>
        <translation>Standardvärde: {default}</translation>
    </message>
    <message>
        <location filename="../procedure/parameter_field.py" line="81"/>
        <source>Name for scripts: {name}</source>
        <translation>Namn i skript: {name}</translation>
    </message>
    <message>
        <location filename="../procedure/parameter_field.py" line="87"/>
        <source>Reset {label} to {default}</source>
        <translation>Återställ {label} till {default}</translation>
    </message>
</context>
<context>
    <name>ParameterForm</name>
    <message>
        <location filename="../procedure/parameter_form.py" line="95"/>
        <source>nothing is entered</source>
        <translation>inget är ifyllt</translation>
    </message>
</context>
<context>
    <name>PlotFiles</name>
    <message>
        <location filename="../plots/plot_files.py" line="25"/>
        <source>Picture (*.png);;Drawing (*.svg);;Table (*.csv)</source>
        <translation>Bild (*.png);;Ritning (*.svg);;Tabell (*.csv)</translation>
    </message>
    <message>
        <location filename="../plots/plot_files.py" line="26"/>
        <source>Export plot</source>
        <translation>Exportera diagram</translation>
    </message>
    <message>
        <location filename="../plots/plot_files.py" line="52"/>
        <source>The plot was written to {}.</source>
        <translation>Diagrammet skrevs till {}.</translation>
    </message>
</context>
<context>
    <name>PlotStack</name>
    <message>
        <location filename="../plots/plot_stack.py" line="85"/>
        <source>Plots to show</source>
        <translation>Diagram att visa</translation>
    </message>
</context>
<context>
    <name>PlotView</name>
    <message>
        <location filename="../plots/plot_view.py" line="85"/>
        <source>{} cannot be written: {}</source>
        <translation>{} kan inte skrivas: {}</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>Fit</source>
        <translation>Anpassa</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>See everything, and follow new data</source>
        <translation>Visa allt, och följ nya data</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>log x</source>
        <translation>log x</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>Logarithmic scale of x</source>
        <translation>Logaritmisk skala för x</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>log y</source>
        <translation>log y</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>Logarithmic scale of y</source>
        <translation>Logaritmisk skala för y</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>Measure</source>
        <translation>Mät</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>Two markers to drag; arrow keys move one (Shift: finely), Space the other</source>
        <translation>Två markörer att dra; piltangenter flyttar den ena (Shift: fint), Space byter till den andra</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>Grid</source>
        <translation>Rutnät</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>Lines across the plot</source>
        <translation>Linjer tvärs över diagrammet</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>Export...</source>
        <translation>Exportera...</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>Write the plot as PNG, SVG, or CSV</source>
        <translation>Spara diagrammet som PNG, SVG eller CSV</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>Copy picture</source>
        <translation>Kopiera bild</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="97"/>
        <source>Put a picture on the clipboard</source>
        <translation>Lägg en bild i urklipp</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="121"/>
        <source>Grid, export, copy</source>
        <translation>Rutnät, export, kopiering</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="122"/>
        <source>More about this plot</source>
        <translation>Mer om diagrammet</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="123"/>
        <source>Curves of this plot</source>
        <translation>Diagrammets kurvor</translation>
    </message>
    <message>
        <location filename="../plots/plot_view.py" line="237"/>
        <source>Plot {}</source>
        <translation>Diagram {}</translation>
    </message>
</context>
<context>
    <name>PresetButton</name>
    <message>
        <location filename="../procedure/preset_button.py" line="37"/>
        <source>P&amp;resets</source>
        <translation>Förva&amp;l</translation>
    </message>
    <message>
        <location filename="../procedure/preset_button.py" line="38"/>
        <source>Values saved by name, those of an earlier run, or the defaults</source>
        <translation>Värden sparade under namn, en tidigare körnings värden, eller standardvärdena</translation>
    </message>
    <message>
        <location filename="../procedure/preset_button.py" line="39"/>
        <source>Presets</source>
        <translation>Förval</translation>
    </message>
    <message>
        <location filename="../procedure/preset_button.py" line="49"/>
        <source>No presets yet</source>
        <translation>Inga förval än</translation>
    </message>
    <message>
        <location filename="../procedure/preset_button.py" line="51"/>
        <source>&amp;Save as preset…</source>
        <translation>&amp;Spara som förval…</translation>
    </message>
    <message>
        <location filename="../procedure/preset_button.py" line="52"/>
        <source>&amp;Delete preset</source>
        <translation>&amp;Ta bort förval</translation>
    </message>
    <message>
        <location filename="../procedure/preset_button.py" line="58"/>
        <source>&amp;Load from run…</source>
        <translation>&amp;Hämta från körning…</translation>
    </message>
    <message>
        <location filename="../procedure/preset_button.py" line="59"/>
        <source>&amp;Reset all to defaults</source>
        <translation>&amp;Återställ alla till standard</translation>
    </message>
    <message>
        <location filename="../procedure/preset_button.py" line="66"/>
        <source>Save as preset</source>
        <translation>Spara som förval</translation>
    </message>
    <message>
        <location filename="../procedure/preset_button.py" line="67"/>
        <source>Name (a preset of the same name is replaced):</source>
        <translation>Namn (ett förval med samma namn ersätts):</translation>
    </message>
    <message>
        <location filename="../procedure/preset_button.py" line="77"/>
        <source>Load parameters from the folder of a run</source>
        <translation>Hämta parametrar från en körnings mapp</translation>
    </message>
</context>
<context>
    <name>PreviewPanel</name>
    <message>
        <location filename="../preview/preview_panel.py" line="81"/>
        <source>What is applied</source>
        <translation>Vad som läggs på</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="82"/>
        <source>What it takes</source>
        <translation>Vad som går åt</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="83"/>
        <source>What each device sees</source>
        <translation>Vad varje komponent utsätts för</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="84"/>
        <source>Limits in force</source>
        <translation>Gällande gränser</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="126"/>
        <source>Cost</source>
        <translation>Åtgång</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="126"/>
        <source>Amount</source>
        <translation>Mängd</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="129"/>
        <source>Device</source>
        <translation>Komponent</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="129"/>
        <source>Lowest</source>
        <translation>Lägst</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="129"/>
        <source>Highest</source>
        <translation>Högst</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="129"/>
        <source>Under voltage</source>
        <translation>Under spänning</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="129"/>
        <source>Stress pulses</source>
        <translation>Stresspulser</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="129"/>
        <source>Stress before</source>
        <translation>Tidigare stress</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="129"/>
        <source>Read pulses</source>
        <translation>Läspulser</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="135"/>
        <source>Limit</source>
        <translation>Gräns</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="135"/>
        <source>Value</source>
        <translation>Värde</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="135"/>
        <source>Set by</source>
        <translation>Satt av</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="142"/>
        <source>Choose a procedure: what it will do is shown here before it starts.</source>
        <translation>Välj en procedur: vad den kommer att göra visas här innan den startar.</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="153"/>
        <source>✓ {procedure} on {devices}: ready</source>
        <translation>✓ {procedure} på {devices}: redo</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="156"/>
        <source>✗ {procedure}: see what is marked in the form ({count})</source>
        <translation>✗ {procedure}: se det som är markerat i formuläret ({count})</translation>
    </message>
    <message>
        <location filename="../preview/preview_panel.py" line="156"/>
        <source>✗ {procedure}: not possible as it stands</source>
        <translation>✗ {procedure}: går inte som det nu är angivet</translation>
    </message>
</context>
<context>
    <name>ProcedurePanel</name>
    <message>
        <location filename="../procedure/procedure_panel.py" line="65"/>
        <source>Procedure</source>
        <translation>Procedur</translation>
    </message>
    <message>
        <location filename="../procedure/procedure_panel.py" line="66"/>
        <source>&amp;Start</source>
        <translation>&amp;Starta</translation>
    </message>
    <message>
        <location filename="../procedure/procedure_panel.py" line="67"/>
        <source>Begin now (Ctrl+Return)</source>
        <translation>Börja nu (Ctrl+Return)</translation>
    </message>
    <message>
        <location filename="../procedure/procedure_panel.py" line="68"/>
        <source>Add to &amp;queue</source>
        <translation>Lägg i &amp;kö</translation>
    </message>
    <message>
        <location filename="../procedure/procedure_panel.py" line="69"/>
        <source>Run it after what stands in the queue (Ctrl+Shift+Return)</source>
        <translation>Kör den efter det som står i kön (Ctrl+Shift+Return)</translation>
    </message>
    <message>
        <location filename="../procedure/procedure_panel.py" line="166"/>
        <source>This station knows no procedure {name}</source>
        <translation>Stationen känner ingen procedur {name}</translation>
    </message>
    <message>
        <location filename="../procedure/procedure_panel.py" line="186"/>
        <source>Left out, for the procedure has no such parameter: {names}</source>
        <translation>Utelämnade, eftersom proceduren saknar sådana parametrar: {names}</translation>
    </message>
    <message>
        <location filename="../procedure/procedure_panel.py" line="196"/>
        <source>Not at this station: {names}</source>
        <translation>Finns inte vid denna station: {names}</translation>
    </message>
</context>
<context>
    <name>ProgressStrip</name>
    <message>
        <location filename="../progress_strip.py" line="48"/>
        <source>What goes on</source>
        <translation>Vad som pågår</translation>
    </message>
    <message>
        <location filename="../progress_strip.py" line="49"/>
        <source>Progress of the run</source>
        <translation>Körningens förlopp</translation>
    </message>
    <message>
        <location filename="../progress_strip.py" line="50"/>
        <source>Time left</source>
        <translation>Tid kvar</translation>
    </message>
    <message>
        <location filename="../progress_strip.py" line="81"/>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <location filename="../progress_strip.py" line="85"/>
        <source>{time} left</source>
        <translation>{time} kvar</translation>
    </message>
    <message>
        <location filename="../progress_strip.py" line="90"/>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <location filename="../progress_strip.py" line="93"/>
        <source>{hours} h {minutes:02d} min</source>
        <translation>{hours} h {minutes:02d} min</translation>
    </message>
    <message>
        <location filename="../progress_strip.py" line="94"/>
        <source>{minutes} min</source>
        <translation>{minutes} min</translation>
    </message>
</context>
<context>
    <name>QueueKeeper</name>
    <message>
        <location filename="../queue/queue_keeper.py" line="53"/>
        <source>The queue belongs to {who}.</source>
        <translation>Kön tillhör {who}.</translation>
    </message>
    <message>
        <location filename="../queue/queue_keeper.py" line="138"/>
        <source>The queue cannot be kept: {error}</source>
        <translation>Kön kan inte sparas: {error}</translation>
    </message>
    <message>
        <location filename="../queue/queue_keeper.py" line="180"/>
        <source>{item} is in the queue, which does not run; start it there.</source>
        <translation>{item} står i kön, som inte är igång; starta den där.</translation>
    </message>
    <message>
        <location filename="../queue/queue_keeper.py" line="190"/>
        <source>{item} is first in line; {who} uses the bench.</source>
        <translation>{item} står först i kön; {who} använder mätplatsen.</translation>
    </message>
    <message>
        <location filename="../queue/queue_keeper.py" line="215"/>
        <source>its process cannot be started: {error}</source>
        <translation>dess process kan inte startas: {error}</translation>
    </message>
    <message>
        <location filename="../queue/queue_keeper.py" line="254"/>
        <source>stopped before anything was touched</source>
        <translation>stoppad innan något hade rörts</translation>
    </message>
    <message>
        <location filename="../queue/queue_keeper.py" line="265"/>
        <source>{item} finished.</source>
        <translation>{item} är klar.</translation>
    </message>
    <message>
        <location filename="../queue/queue_keeper.py" line="266"/>
        <source>{item} was stopped: {why}</source>
        <translation>{item} stoppades: {why}</translation>
    </message>
    <message>
        <location filename="../queue/queue_keeper.py" line="267"/>
        <source>{item} was interrupted: {why}</source>
        <translation>{item} avbröts: {why}</translation>
    </message>
    <message>
        <location filename="../queue/queue_keeper.py" line="269"/>
        <source>{item} failed: {why}</source>
        <translation>{item} misslyckades: {why}</translation>
    </message>
    <message>
        <location filename="../queue/queue_keeper.py" line="293"/>
        <source>The queue cannot be kept, it ends with this window: {error}</source>
        <translation>Kön kan inte sparas, den försvinner med detta fönster: {error}</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <location filename="../queue/queue_panel.py" line="74"/>
        <source>S&amp;top run</source>
        <translation>Sto&amp;ppa</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="75"/>
        <source>End what runs; its instruments are made safe</source>
        <translation>Avsluta det som pågår; instrumenten försätts i säkert läge</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="76"/>
        <source>Campai&amp;gns…</source>
        <translation>Mätserie&amp;r…</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="77"/>
        <source>Open, check, run, and follow a campaign file</source>
        <translation>Öppna, kontrollera, kör och följ en mätseriefil</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="78"/>
        <source>If a run fails: hold</source>
        <translation>Vid fel: pausa kön</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="79"/>
        <source>If a run fails: go on</source>
        <translation>Vid fel: fortsätt</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="80"/>
        <source>What the queue does when one of its items fails</source>
        <translation>Vad kön gör när en av dess poster misslyckas</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="81"/>
        <source>When a run fails</source>
        <translation>När en körning misslyckas</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="82"/>
        <source>M&amp;ore</source>
        <translation>M&amp;er</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="83"/>
        <source>All that can be done to the chosen items</source>
        <translation>Allt som kan göras med de valda posterna</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="84"/>
        <source>Queue</source>
        <translation>Kö</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="85"/>
        <source>About the chosen item</source>
        <translation>Om den valda posten</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="86"/>
        <source>State of the queue</source>
        <translation>Köns tillstånd</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="194"/>
        <source>&amp;Hold queue</source>
        <translation>Pausa kö&amp;n</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="194"/>
        <source>Start &amp;queue</source>
        <translation>Starta kö&amp;n</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="195"/>
        <source>Begin nothing more; what runs goes on</source>
        <translation>Påbörja inget mer; det som pågår fortsätter</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="195"/>
        <source>Run what waits, one after the other</source>
        <translation>Kör det som väntar, ett efter ett</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="201"/>
        <source>Go &amp;on</source>
        <translation>Fortsätt körnin&amp;g</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="201"/>
        <source>Pa&amp;use</source>
        <translation>Pausa körnin&amp;g</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="202"/>
        <source>Let the run go on</source>
        <translation>Låt körningen fortsätta</translation>
    </message>
    <message>
        <location filename="../queue/queue_panel.py" line="202"/>
        <source>Let the run stand still between two waveforms, with the source off</source>
        <translation>Låt körningen stå stilla mellan två vågformer, med källan av</translation>
    </message>
</context>
<context>
    <name>QueueStatus</name>
    <message>
        <location filename="../queue/queue_status.py" line="34"/>
        <source>Another window has this queue; here it can only be looked at: {who}</source>
        <translation>Ett annat fönster har denna kö; här kan den bara visas: {who}</translation>
    </message>
    <message>
        <location filename="../queue/queue_status.py" line="38"/>
        <source>Waits for the bench, which is in use by {who}</source>
        <translation>Väntar på mätplatsen, som används av {who}</translation>
    </message>
    <message>
        <location filename="../queue/queue_status.py" line="41"/>
        <source>Running, {waits}</source>
        <translation>Igång, {waits}</translation>
    </message>
    <message>
        <location filename="../queue/queue_status.py" line="44"/>
        <source>The queue is empty</source>
        <translation>Kön är tom</translation>
    </message>
    <message>
        <location filename="../queue/queue_status.py" line="44"/>
        <source>All is done</source>
        <translation>Allt är klart</translation>
    </message>
    <message>
        <location filename="../queue/queue_status.py" line="52"/>
        <source>{count} waiting</source>
        <translation>{count} väntar</translation>
    </message>
    <message>
        <location filename="../queue/queue_status.py" line="52"/>
        <source>nothing waits</source>
        <translation>inget väntar</translation>
    </message>
    <message>
        <location filename="../queue/queue_status.py" line="60"/>
        <source>Not started, {waits}</source>
        <translation>Inte startad, {waits}</translation>
    </message>
    <message>
        <location filename="../queue/queue_status.py" line="61"/>
        <source>On hold, {waits}</source>
        <translation>Pausad, {waits}</translation>
    </message>
    <message>
        <location filename="../queue/queue_status.py" line="62"/>
        <source>On hold because a run failed, {waits}</source>
        <translation>Pausad eftersom en körning misslyckades, {waits}</translation>
    </message>
    <message>
        <location filename="../queue/queue_status.py" line="63"/>
        <source>On hold because a run was stopped, {waits}</source>
        <translation>Pausad eftersom en körning stoppades, {waits}</translation>
    </message>
    <message>
        <location filename="../queue/queue_status.py" line="64"/>
        <source>On hold because a run was interrupted, {waits}</source>
        <translation>Pausad eftersom en körning avbröts, {waits}</translation>
    </message>
    <message>
        <location filename="../queue/queue_status.py" line="65"/>
        <source>On hold: the instruments are NOT verified safe, check them by hand; {waits}</source>
        <translation>Pausad: instrumentens säkra läge är INTE bekräftat, kontrollera dem för hand; {waits}</translation>
    </message>
    <message>
        <location filename="../queue/queue_status.py" line="68"/>
        <source>On hold since the window was opened anew, {waits}</source>
        <translation>Pausad sedan fönstret öppnades på nytt, {waits}</translation>
    </message>
</context>
<context>
    <name>QueueTable</name>
    <message>
        <location filename="../queue/queue_table.py" line="77"/>
        <source>waiting, goes on where it stopped</source>
        <translation>väntar, fortsätter där den stannade</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="84"/>
        <source>Devices: {names}</source>
        <translation>Komponenter: {names}</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="88"/>
        <source>limit {name} = {text}</source>
        <translation>gräns {name} = {text}</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="91"/>
        <source>Folder: {folder}</source>
        <translation>Mapp: {folder}</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="111"/>
        <source>#</source>
        <translation>Nr</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="111"/>
        <source>Run</source>
        <translation>Körning</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="111"/>
        <source>State</source>
        <translation>Tillstånd</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="143"/>
        <source>campaign</source>
        <translation>mätserie</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="145"/>
        <source>its own choice</source>
        <translation>eget val</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="147"/>
        <source>{count} devices</source>
        <translation>{count} komponenter</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="171"/>
        <source>starting</source>
        <translation>startar</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="163"/>
        <source>paused at {percent} %</source>
        <translation>pausad vid {percent} %</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="164"/>
        <source>stopping at {percent} %</source>
        <translation>stoppar vid {percent} %</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="165"/>
        <source>running, {percent} %</source>
        <translation>pågår, {percent} %</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="172"/>
        <source>paused, {done} of {all}</source>
        <translation>pausad, {done} av {all}</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="173"/>
        <source>running, {done} of {all}</source>
        <translation>pågår, {done} av {all}</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="179"/>
        <source>waiting</source>
        <translation>väntar</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="180"/>
        <source>held</source>
        <translation>kvarhållen</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="181"/>
        <source>finished</source>
        <translation>klar</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="182"/>
        <source>failed</source>
        <translation>misslyckad</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="183"/>
        <source>stopped</source>
        <translation>stoppad</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="184"/>
        <source>skipped</source>
        <translation>överhoppad</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="185"/>
        <source>interrupted</source>
        <translation>avbruten</translation>
    </message>
    <message>
        <location filename="../queue/queue_table.py" line="159"/>
        <source>finishing</source>
        <translation>avslutar</translation>
    </message>
</context>
<context>
    <name>Readouts</name>
    <message>
        <location filename="../instruments/readouts.py" line="66"/>
        <source>Output</source>
        <translation>Utgång</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="67"/>
        <source>Device</source>
        <translation>Komp.</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="68"/>
        <source>Set</source>
        <translation>Satt</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="69"/>
        <source>Limit</source>
        <translation>Gräns</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="70"/>
        <source>Voltage</source>
        <translation>Spänning</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="71"/>
        <source>Current</source>
        <translation>Ström</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="72"/>
        <source>Closed</source>
        <translation>Slutna</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="73"/>
        <source>Stage</source>
        <translation>Bord</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="74"/>
        <source>Clock</source>
        <translation>Klocka</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="75"/>
        <source>Safe</source>
        <translation>Säker</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="78"/>
        <source>Whether the source&apos;s output is on</source>
        <translation>Om källans utgång är på</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="79"/>
        <source>The device that was connected last</source>
        <translation>Komponenten som senast var ansluten</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="80"/>
        <source>Voltage that was set for the last reading</source>
        <translation>Spänning som ställdes in för den senaste avläsningen</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="81"/>
        <source>Compliance: the source lets no more current through. ▲: it was held by it, and the device did not get the voltage that was set</source>
        <translation>Strömgräns: källan släpper inte igenom mer ström. ▲: gränsen var nådd, och komponenten fick inte den inställda spänningen</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="85"/>
        <source>Voltage that the source measured last</source>
        <translation>Spänning som källan senast mätte</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="86"/>
        <source>Current that the source measured last</source>
        <translation>Ström som källan senast mätte</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="87"/>
        <source>Crosspoints that are closed, as the matrix read them back</source>
        <translation>Slutna korspunkter, som kopplingsmatrisen läste tillbaka dem</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="88"/>
        <source>Temperature of the stage, and its set-point</source>
        <translation>Provbordets temperatur, och dess börvärde</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="89"/>
        <source>Time since the start of the run, and which clock counts it</source>
        <translation>Tid sedan körningens start, och vilken klocka som räknar den</translation>
    </message>
    <message>
        <location filename="../instruments/readouts.py" line="90"/>
        <source>What was read back when the instruments were made safe</source>
        <translation>Vad som lästes tillbaka när instrumenten försattes i säkert läge</translation>
    </message>
</context>
<context>
    <name>RunActions</name>
    <message>
        <location filename="../runs/run_actions.py" line="58"/>
        <source>What to do with the chosen runs</source>
        <translation>Vad som kan göras med de valda körningarna</translation>
    </message>
    <message>
        <location filename="../runs/run_actions.py" line="60"/>
        <source>Overlay ({count})</source>
        <translation>Lägg över ({count})</translation>
    </message>
    <message>
        <location filename="../runs/run_actions.py" line="60"/>
        <source>Plots</source>
        <translation>Diagram</translation>
    </message>
    <message>
        <location filename="../runs/run_actions.py" line="60"/>
        <source>Plots of the run; of up to {most} runs, laid over each other (Return)</source>
        <translation>Körningens diagram; för upp till {most} körningar, lagda över varandra (Return)</translation>
    </message>
    <message>
        <location filename="../runs/run_actions.py" line="69"/>
        <source>Report</source>
        <translation>Rapport</translation>
    </message>
    <message>
        <location filename="../runs/run_actions.py" line="69"/>
        <source>Open the run&apos;s report in the browser (Ctrl+R)</source>
        <translation>Öppna körningens rapport i webbläsaren (Ctrl+R)</translation>
    </message>
    <message>
        <location filename="../runs/run_actions.py" line="72"/>
        <source>Compare</source>
        <translation>Jämför</translation>
    </message>
    <message>
        <location filename="../runs/run_actions.py" line="72"/>
        <source>What differs between two runs (Ctrl+D)</source>
        <translation>Vad som skiljer två körningar åt (Ctrl+D)</translation>
    </message>
    <message>
        <location filename="../runs/run_actions.py" line="75"/>
        <source>Use parameters</source>
        <translation>Ta parametrar</translation>
    </message>
    <message>
        <location filename="../runs/run_actions.py" line="75"/>
        <source>Put the run&apos;s procedure, values, and devices into the form (Ctrl+U)</source>
        <translation>För in körningens procedur, värden och komponenter i formuläret (Ctrl+U)</translation>
    </message>
    <message>
        <location filename="../runs/run_actions.py" line="80"/>
        <source>Resume</source>
        <translation>Återuppta</translation>
    </message>
    <message>
        <location filename="../runs/run_actions.py" line="80"/>
        <source>Go on after the last reading; nothing is applied twice</source>
        <translation>Fortsätt efter den sista avläsningen; inget läggs på två gånger</translation>
    </message>
    <message>
        <location filename="../runs/run_actions.py" line="85"/>
        <source>Folder</source>
        <translation>Mapp</translation>
    </message>
    <message>
        <location filename="../runs/run_actions.py" line="85"/>
        <source>Show the run&apos;s folder with its files</source>
        <translation>Visa körningens mapp med dess filer</translation>
    </message>
</context>
<context>
    <name>RunDeeds</name>
    <message>
        <location filename="../runs/run_deeds.py" line="82"/>
        <source>{count} runs written to {path}</source>
        <translation>{count} körningar skrivna till {path}</translation>
    </message>
    <message>
        <location filename="../runs/run_deeds.py" line="87"/>
        <source>No program of this computer opens {path}; open it by hand</source>
        <translation>Inget program på datorn öppnar {path}; öppna den för hand</translation>
    </message>
</context>
<context>
    <name>RunDetails</name>
    <message>
        <location filename="../runs/run_details.py" line="65"/>
        <source>It is being read …</source>
        <translation>Den läses in …</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="76"/>
        <source>What to show of the run</source>
        <translation>Vad som ska visas av körningen</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="77"/>
        <source>What is known of the run</source>
        <translation>Vad man vet om körningen</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="132"/>
        <source>none</source>
        <translation>inga</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="134"/>
        <source>simulated</source>
        <translation>simulerade instrument</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="134"/>
        <source>real instruments</source>
        <translation>verkliga instrument</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="135"/>
        <source>nobody knows of what kind</source>
        <translation>av okänt slag</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="137"/>
        <source>Procedure</source>
        <translation>Procedur</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="138"/>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="139"/>
        <source>Devices</source>
        <translation>Komponenter</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="140"/>
        <source>Bench</source>
        <translation>Mätplats</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="187"/>
        <source>Sample</source>
        <translation>Prov</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="142"/>
        <source>Started</source>
        <translation>Startad</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="143"/>
        <source>Ended</source>
        <translation>Avslutad</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="144"/>
        <source>Rows</source>
        <translation>Rader</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="145"/>
        <source>Seed</source>
        <translation>Slumpfrö</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="147"/>
        <source>Folder</source>
        <translation>Mapp</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="190"/>
        <source>Safe state</source>
        <translation>Säkert läge</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="153"/>
        <source>not yet: it is being measured</source>
        <translation>inte än: den mäts fortfarande</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="155"/>
        <source>not recorded; check the instruments</source>
        <translation>inte registrerat; kontrollera instrumenten</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="157"/>
        <source>NOT verified; check the instruments</source>
        <translation>INTE bekräftat; kontrollera instrumenten</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="158"/>
        <source>verified by reading the instruments back</source>
        <translation>bekräftat genom att instrumenten lästes tillbaka</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="170"/>
        <source>Name</source>
        <translation>Namn</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="171"/>
        <source>Value</source>
        <translation>Värde</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="172"/>
        <source>Meaning</source>
        <translation>Betydelse</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="173"/>
        <source>Set by</source>
        <translation>Satt av</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="174"/>
        <source>File</source>
        <translation>Fil</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="175"/>
        <source>Size</source>
        <translation>Storlek</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="181"/>
        <source>Overview</source>
        <translation>Översikt</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="182"/>
        <source>Warnings</source>
        <translation>Varningar</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="183"/>
        <source>Results</source>
        <translation>Resultat</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="184"/>
        <source>Parameters</source>
        <translation>Parametrar</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="185"/>
        <source>Limits</source>
        <translation>Gränser</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="186"/>
        <source>Station</source>
        <translation>Station</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="188"/>
        <source>Instruments</source>
        <translation>Instrument</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="189"/>
        <source>Settings</source>
        <translation>Inställningar</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="191"/>
        <source>Guard</source>
        <translation>Vakt</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="192"/>
        <source>Software</source>
        <translation>Programvara</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="193"/>
        <source>Computer</source>
        <translation>Dator</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="194"/>
        <source>Required</source>
        <translation>Krav</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="195"/>
        <source>Own limits</source>
        <translation>Egna gränser</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="196"/>
        <source>Applications</source>
        <translation>Pålagda vågformer</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="197"/>
        <source>Cost</source>
        <translation>Åtgång</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="198"/>
        <source>Adopted</source>
        <translation>Övertaget</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="199"/>
        <source>Resumptions</source>
        <translation>Återupptagningar</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="200"/>
        <source>Other</source>
        <translation>Övrigt</translation>
    </message>
    <message>
        <location filename="../runs/run_details.py" line="201"/>
        <source>Files</source>
        <translation>Filer</translation>
    </message>
</context>
<context>
    <name>RunHeader</name>
    <message>
        <location filename="../live/run_header.py" line="50"/>
        <source>Open &amp;report</source>
        <translation>Öppna &amp;rapport</translation>
    </message>
    <message>
        <location filename="../live/run_header.py" line="51"/>
        <source>Show the report of this run in the browser</source>
        <translation>Visa körningens rapport i webbläsaren</translation>
    </message>
    <message>
        <location filename="../live/run_header.py" line="52"/>
        <source>Show in r&amp;uns</source>
        <translation>Visa bland k&amp;örningar</translation>
    </message>
    <message>
        <location filename="../live/run_header.py" line="53"/>
        <source>Show this run among all others</source>
        <translation>Visa körningen bland alla andra</translation>
    </message>
    <message>
        <location filename="../live/run_header.py" line="54"/>
        <source>Use these &amp;parameters</source>
        <translation>Använd dessa &amp;parametrar</translation>
    </message>
    <message>
        <location filename="../live/run_header.py" line="55"/>
        <source>Put the parameters of this run into the procedure panel</source>
        <translation>För in körningens parametrar i procedurpanelen</translation>
    </message>
    <message numerus="yes">
        <location filename="../live/run_header.py" line="117"/>
        <source>{} and %n more</source>
        <translation>
            <numerusform>{} och %n till</numerusform>
            <numerusform>{} och %n till</numerusform>
        </translation>
    </message>
    <message>
        <location filename="../live/run_header.py" line="119"/>
        <source>{} on {}</source>
        <translation>{} på {}</translation>
    </message>
    <message>
        <location filename="../live/run_header.py" line="124"/>
        <source>simulated</source>
        <translation>simulerad</translation>
    </message>
    <message>
        <location filename="../live/run_header.py" line="125"/>
        <source>{} rows</source>
        <translation>{} rader</translation>
    </message>
    <message>
        <location filename="../live/run_header.py" line="136"/>
        <source>{} to {}</source>
        <translation>{} till {}</translation>
    </message>
    <message>
        <location filename="../live/run_header.py" line="137"/>
        <source>since {}</source>
        <translation>sedan {}</translation>
    </message>
</context>
<context>
    <name>RunState</name>
    <message>
        <location filename="../live/run_states.py" line="27"/>
        <source>measuring</source>
        <translation>mäter</translation>
    </message>
    <message>
        <location filename="../live/run_states.py" line="28"/>
        <source>paused</source>
        <translation>pausad</translation>
    </message>
    <message>
        <location filename="../live/run_states.py" line="29"/>
        <source>stopping</source>
        <translation>stoppar</translation>
    </message>
    <message>
        <location filename="../live/run_states.py" line="30"/>
        <source>finished</source>
        <translation>klar</translation>
    </message>
    <message>
        <location filename="../live/run_states.py" line="31"/>
        <source>aborted</source>
        <translation>stoppad</translation>
    </message>
    <message>
        <location filename="../live/run_states.py" line="32"/>
        <source>failed</source>
        <translation>misslyckad</translation>
    </message>
    <message>
        <location filename="../live/run_states.py" line="33"/>
        <source>incomplete: its process is gone</source>
        <translation>avbruten: dess process är borta</translation>
    </message>
</context>
<context>
    <name>RunStatus</name>
    <message>
        <location filename="../runs/run_status.py" line="30"/>
        <source>finished</source>
        <translation>klar</translation>
    </message>
    <message>
        <location filename="../runs/run_status.py" line="31"/>
        <source>aborted</source>
        <translation>stoppad</translation>
    </message>
    <message>
        <location filename="../runs/run_status.py" line="32"/>
        <source>failed</source>
        <translation>misslyckad</translation>
    </message>
    <message>
        <location filename="../runs/run_status.py" line="33"/>
        <source>incomplete</source>
        <translation>avbruten</translation>
    </message>
    <message>
        <location filename="../runs/run_status.py" line="34"/>
        <source>running</source>
        <translation>pågår</translation>
    </message>
    <message>
        <location filename="../runs/run_status.py" line="43"/>
        <source>Measured and analysed; the instruments are safe.</source>
        <translation>Mätt och analyserad; instrumenten är i säkert läge.</translation>
    </message>
    <message>
        <location filename="../runs/run_status.py" line="44"/>
        <source>Somebody stopped it; the rows up to there are kept.</source>
        <translation>Någon stoppade den; raderna fram till dess finns kvar.</translation>
    </message>
    <message>
        <location filename="../runs/run_status.py" line="45"/>
        <source>Something went wrong; the rows up to there are kept.</source>
        <translation>Något gick fel; raderna fram till dess finns kvar.</translation>
    </message>
    <message>
        <location filename="../runs/run_status.py" line="46"/>
        <source>The process that measured is gone; the rows are kept.</source>
        <translation>Processen som mätte är borta; raderna finns kvar.</translation>
    </message>
    <message>
        <location filename="../runs/run_status.py" line="49"/>
        <source>It is being measured now.</source>
        <translation>Den mäts nu.</translation>
    </message>
</context>
<context>
    <name>RunTable</name>
    <message>
        <location filename="../runs/run_table.py" line="88"/>
        <source>Runs</source>
        <translation>Körningar</translation>
    </message>
</context>
<context>
    <name>RunTableModel</name>
    <message>
        <location filename="../runs/run_table_model.py" line="139"/>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <location filename="../runs/run_table_model.py" line="140"/>
        <source>Started</source>
        <translation>Startad</translation>
    </message>
    <message>
        <location filename="../runs/run_table_model.py" line="141"/>
        <source>Procedure</source>
        <translation>Procedur</translation>
    </message>
    <message>
        <location filename="../runs/run_table_model.py" line="142"/>
        <source>Devices</source>
        <translation>Komponenter</translation>
    </message>
    <message>
        <location filename="../runs/run_table_model.py" line="143"/>
        <source>Rows</source>
        <translation>Rader</translation>
    </message>
    <message>
        <location filename="../runs/run_table_model.py" line="144"/>
        <source>Sample</source>
        <translation>Prov</translation>
    </message>
    <message>
        <location filename="../runs/run_table_model.py" line="145"/>
        <source>Bench</source>
        <translation>Mätplats</translation>
    </message>
    <message>
        <location filename="../runs/run_table_model.py" line="146"/>
        <source>Reason</source>
        <translation>Orsak</translation>
    </message>
    <message>
        <location filename="../runs/run_table_model.py" line="147"/>
        <source>Folder</source>
        <translation>Mapp</translation>
    </message>
    <message>
        <location filename="../runs/run_table_model.py" line="188"/>
        <source>simulated</source>
        <translation>simulerad</translation>
    </message>
    <message>
        <location filename="../runs/run_table_model.py" line="188"/>
        <source>real</source>
        <translation>verklig</translation>
    </message>
</context>
<context>
    <name>RunningItem</name>
    <message>
        <location filename="../queue/running_item.py" line="89"/>
        <source>The run could not be asked to pause or to go on: {why}</source>
        <translation>Körningen kunde inte ombes att pausa eller fortsätta: {why}</translation>
    </message>
</context>
<context>
    <name>RunsPanel</name>
    <message>
        <location filename="../runs/runs_panel.py" line="68"/>
        <source>Why the list of runs is empty</source>
        <translation>Varför listan över körningar är tom</translation>
    </message>
    <message>
        <location filename="../runs/runs_panel.py" line="187"/>
        <source>No run fits these filters.
Esc lists all runs again.</source>
        <translation>Ingen körning passar dessa filter.
Esc listar alla körningar igen.</translation>
    </message>
    <message>
        <location filename="../runs/runs_panel.py" line="190"/>
        <source>There are no runs in {folder} yet.

Choose devices and a procedure and press Start: the run is listed here.
To look at a run that lies elsewhere, drop its folder here.</source>
        <translation>Det finns inga körningar i {folder} än.

Välj komponenter och en procedur och tryck på Starta: körningen listas här.
Släpp en mapp här för att visa en körning som ligger någon annanstans.</translation>
    </message>
    <message>
        <location filename="../runs/runs_panel.py" line="207"/>
        <source>Choose a run to see what is known of it.</source>
        <translation>Välj en körning för att se vad man vet om den.</translation>
    </message>
    <message>
        <location filename="../runs/runs_panel.py" line="228"/>
        <source>and {count} more</source>
        <translation>och {count} till</translation>
    </message>
    <message>
        <location filename="../runs/runs_panel.py" line="230"/>
        <source>Folders that hold no run that can be read</source>
        <translation>Mappar utan någon läsbar körning</translation>
    </message>
    <message>
        <location filename="../runs/runs_panel.py" line="230"/>
        <source>This mends what can be mended: {command}</source>
        <translation>Detta lagar det som går att laga: {command}</translation>
    </message>
</context>
<context>
    <name>StartQuestion</name>
    <message>
        <location filename="../procedure/start_question.py" line="20"/>
        <source>Start on the real station?</source>
        <translation>Starta på den verkliga stationen?</translation>
    </message>
    <message>
        <location filename="../procedure/start_question.py" line="22"/>
        <source>This drives real instruments at {station}.</source>
        <translation>Detta styr verkliga instrument vid {station}.</translation>
    </message>
    <message>
        <location filename="../procedure/start_question.py" line="26"/>
        <source>&amp;Start on {station}</source>
        <translation>&amp;Starta på {station}</translation>
    </message>
</context>
<context>
    <name>StateLine</name>
    <message>
        <location filename="../procedure/state_line.py" line="20"/>
        <source>Whether it can be started</source>
        <translation>Om den kan startas</translation>
    </message>
    <message>
        <location filename="../procedure/state_line.py" line="25"/>
        <source>Checking…</source>
        <translation>Kontrollerar…</translation>
    </message>
    <message>
        <location filename="../procedure/state_line.py" line="32"/>
        <source>✓ Ready: {duration}; {stress} stress pulses</source>
        <translation>✓ Redo: {duration}; {stress} stresspulser</translation>
    </message>
</context>
<context>
    <name>StopButton</name>
    <message>
        <location filename="../stop.py" line="66"/>
        <source>No station is open</source>
        <translation>Ingen station är öppen</translation>
    </message>
    <message>
        <location filename="../stop.py" line="71"/>
        <source>Stopping …</source>
        <translation>Stoppar …</translation>
    </message>
    <message>
        <location filename="../stop.py" line="89"/>
        <source>STOP  F12</source>
        <translation>STOP  F12</translation>
    </message>
    <message>
        <location filename="../stop.py" line="90"/>
        <source>STOP: source off, relays open</source>
        <translation>STOP: källan av, reläer öppna</translation>
    </message>
    <message>
        <location filename="../stop.py" line="91"/>
        <source>Ends every run on this station: source to 0 V and off, relays open, both read back. F12 does the same from everywhere.</source>
        <translation>Avslutar alla körningar på stationen: källan till 0 V och av, reläer öppna, båda lästa tillbaka. F12 gör detsamma överallt ifrån.</translation>
    </message>
    <message>
        <location filename="../stop.py" line="130"/>
        <source>NOT verified safe {at}: {words}</source>
        <translation>EJ bekräftat säkert {at}: {words}</translation>
    </message>
    <message>
        <location filename="../stop.py" line="133"/>
        <source>✔ Safe, read back {at}</source>
        <translation>✔ Säkert, avläst {at}</translation>
    </message>
    <message>
        <location filename="../stop.py" line="137"/>
        <source>Nothing was running {at}</source>
        <translation>Inget pågick {at}</translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <location filename="../plots/strip.py" line="135"/>
        <source>click to show</source>
        <translation>klicka för att visa</translation>
    </message>
    <message>
        <location filename="../plots/strip.py" line="135"/>
        <source>click to hide</source>
        <translation>klicka för att dölja</translation>
    </message>
    <message>
        <location filename="../plots/strip.py" line="138"/>
        <source>Shift: this one alone</source>
        <translation>Shift: bara denna</translation>
    </message>
    <message>
        <location filename="../plots/strip.py" line="140"/>
        <source>{}, hidden</source>
        <translation>{}, dold</translation>
    </message>
    <message>
        <location filename="../plots/strip.py" line="140"/>
        <source>{}, shown</source>
        <translation>{}, visas</translation>
    </message>
</context>
<context>
    <name>Trend</name>
    <message>
        <location filename="../instruments/trend.py" line="51"/>
        <source>Trend of the stage&apos;s temperature</source>
        <translation>Provbordets temperaturtrend</translation>
    </message>
    <message>
        <location filename="../instruments/trend.py" line="99"/>
        <source>The stage&apos;s temperature, as soon as it is read</source>
        <translation>Provbordets temperatur, så snart den lästs av</translation>
    </message>
    <message>
        <location filename="../instruments/trend.py" line="103"/>
        <source>Last {minutes} min: {low} to {high}</source>
        <translation>Senaste {minutes} min: {low} till {high}</translation>
    </message>
</context>
<context>
    <name>WaveformBrowser</name>
    <message>
        <location filename="../preview/waveform_browser.py" line="48"/>
        <source>Waveform</source>
        <translation>Vågform</translation>
    </message>
    <message>
        <location filename="../preview/waveform_browser.py" line="48"/>
        <source>Device</source>
        <translation>Komponent</translation>
    </message>
    <message>
        <location filename="../preview/waveform_browser.py" line="48"/>
        <source>Purpose</source>
        <translation>Syfte</translation>
    </message>
    <message>
        <location filename="../preview/waveform_browser.py" line="48"/>
        <source>Times</source>
        <translation>Antal</translation>
    </message>
    <message numerus="yes">
        <location filename="../preview/waveform_browser.py" line="50"/>
        <source>and %n more, not listed</source>
        <translation>
            <numerusform>och %n till, inte listad</numerusform>
            <numerusform>och %n till, inte listade</numerusform>
        </translation>
    </message>
    <message>
        <location filename="../preview/waveform_browser.py" line="57"/>
        <source>stress</source>
        <translation>stress</translation>
    </message>
    <message>
        <location filename="../preview/waveform_browser.py" line="57"/>
        <source>read</source>
        <translation>läsning</translation>
    </message>
    <message>
        <location filename="../preview/waveform_browser.py" line="63"/>
        <source>≈ {expected}, ≤ {most}</source>
        <translation>≈ {expected}, ≤ {most}</translation>
    </message>
</context>
</TS>
