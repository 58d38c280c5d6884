"""English sentences in groups: a sentence, a paraphrase, and a distractor that shares its words.

The paraphrase says the same in other words; the distractor says something else in many of the same
words. ``sentence_pairs`` asks which of the two a way to make sentence vectors puts nearer.
"""

from typing import TypeAlias

Group: TypeAlias = tuple[str, str, str]
"""A sentence, its paraphrase, its distractor."""

_TEXT = """
The cat slept on the warm windowsill all afternoon.
A kitten was dozing in the sun by the glass until evening.
The cat knocked the plant off the warm windowsill this afternoon.

He fixed the broken bicycle before the race.
The bike was repaired in time for the competition.
He broke the record for the bicycle race.

My grandmother bakes bread every Sunday morning.
Granny makes fresh loaves early each weekend.
My grandmother buys a newspaper every Sunday morning.

The company dismissed a hundred workers last month.
Four weeks ago the firm let many of its employees go.
The company moved a hundred computers last month.

The doctor told him to stop smoking.
His physician advised giving up cigarettes.
The doctor told him to stop the car.

Heavy rain flooded the streets of the town.
After the downpour the village roads were under water.
Heavy traffic filled the streets of the town.

She could not afford the apartment in the city.
Downtown flats were too expensive for her income.
She could not remember the apartment in the city.

The students were bored by the long lecture.
An endless talk made the pupils yawn.
The students were late for the long lecture.

Their plane left two hours late because of fog.
Poor visibility delayed the flight for a while.
Their plane left two passengers behind because of a mistake.

The child is afraid of the dark.
A little girl fears nights without a lamp.
The child is fond of the dark chocolate.

We planted tomatoes and beans behind the house.
There is a vegetable garden in our back yard.
We sold tomatoes and beans behind the church.

The thief was caught by the police at the station.
Officers arrested the robber near the railway platform.
The driver was asked by the police at the station for directions.

He drank three cups of coffee to stay awake.
So much espresso kept the man from falling asleep.
He washed three cups of glass to stay busy.

The orchestra played a slow piece by a German composer.
Musicians performed quiet classical music from Berlin.
The orchestra bought a piece of furniture by a German carpenter.

The old bridge was closed after the earthquake.
Nobody may cross the river there since the ground shook.
The old bridge was painted after the holidays.

She won the election by a few votes.
The candidate narrowly defeated her opponent at the polls.
She won the lottery by a few numbers.

Our neighbor sold his car and takes the bus now.
The man next door got rid of his automobile for public transport.
Our neighbor washed his car and missed the bus.

The teacher praised the boy for his honest answer.
By telling the truth the lad earned kind words in class.
The teacher punished the boy for his rude answer.

The baby cried because she was hungry.
The infant wept, as it needed milk.
The baby laughed because she was tickled.

They got married in a small church by the sea.
The couple had their wedding in a chapel on the coast.
They got lost in a small boat by the sea.

The museum bought a painting by a famous artist.
A gallery acquired the canvas of a celebrated master.
The museum fired a guard after a famous theft.

He forgot his keys and could not get into the house.
Without anything to open the door, the man was locked out of his home.
He forgot his speech and could not get into the mood.

The winter was cold and the lake froze.
Ice covered the water in the chilly season.
The drink was cold and the lake was warm.

The scientist discovered a new kind of insect.
A biologist found a species of beetle that was unknown before.
The scientist ordered a new kind of microscope.

Prices of food rose quickly last year.
Groceries became far more expensive within twelve months.
Prices of houses fell quickly last year.

The team lost the match in the last minute.
The players were defeated just before the end of the game.
The team lost the luggage in the last hotel.

She learned to play the piano when she was six.
As a young child the girl took music lessons.
She learned to play the market when she was sixty.

The dog barked at the mailman.
A puppy made noise when the letters were delivered.
The dog sat beside the mailman.

The government will raise taxes on fuel.
Ministers plan to make gasoline more costly.
The government will publish figures on fuel.

His speech made the audience angry.
The crowd was furious about what he said.
His speech made the audience laugh.

The ship sank in a storm near the island.
A vessel went down in rough weather off the coast.
The ship arrived in a harbor near the island.

I read this novel in one night.
It took me a single evening to finish the book.
I wrote this letter in one night.

The soup needs more salt.
This broth tastes bland and should be seasoned.
The soup needs more time.

The train to London was full of tourists.
Many visitors were traveling by rail to the British capital.
The train to London was full of coal.

He broke his leg while skiing.
The man was injured in the snow on the slope.
He broke his promise while drinking.

The bank refused to lend her money.
Her request for a loan was rejected.
The money was lost on the bank of the river.

The factory makes shoes for children.
Footwear for kids is produced in this plant.
The factory makes trouble for neighbors.

They painted the kitchen yellow.
The room for cooking got a bright new color.
They cleaned the kitchen yesterday.

The farmer has fifty sheep and a horse.
A large flock and one pony live at the ranch.
The farmer has fifty acres and a tractor.

The phone rang in the middle of the night.
Somebody called when everyone was asleep.
The phone fell in the middle of the street.

She speaks four languages without an accent.
The woman is fluent in French, Spanish, Dutch and Greek.
She rents four offices without an elevator.

The judge sent the murderer to prison for life.
A killer will stay in jail until death, the court decided.
The judge sent the invitation to friends for dinner.

The sun rises early in summer.
In July dawn comes soon after the night begins.
The price rises early in summer.

My uncle repairs watches in a tiny shop.
A relative of mine mends clocks in his little store.
My uncle watches movies in a tiny room.

The hospital needs nurses for the night.
More medical staff is wanted in the clinic after dark.
The hospital needs paint for the walls.

The volcano erupted and the people fled.
Lava poured out of the mountain, so residents ran away.
The quarrel erupted and the people watched.

He apologized to his wife for the argument.
The husband said sorry after the fight with his spouse.
He introduced his wife to the president for the photograph.

Many young people cannot find a job.
Unemployment is high among teenagers and students.
Many young people cannot find a book.

The bat flew out of the cave at dusk.
A small animal with wings left the grotto in the evening.
The bat flew out of his hands at practice.

She paid the bill for dinner at the restaurant.
The cost of the meal was settled by her before leaving.
The duck opened its bill for dinner at the pond.

The court ruled against the company.
Judges decided that the firm was wrong.
The tennis court behind the company was wet.

The pilot landed the plane in the storm.
Despite bad weather the aircraft came down without harm.
The carpenter forgot the plane in the storm.

In spring the meadow is full of flowers.
When winter ends the grass fills with blossoms.
The spring in the sofa is full of rust.

They watched a match between two old rivals.
Fans saw the game of longtime opponents.
They lit a match between two old candles.

The crane lifted steel beams onto the roof.
A machine raised heavy metal to the top of the building.
The crane lifted its long legs onto the nest.

The jam on the highway lasted three hours.
Cars stood still on the road for half the afternoon.
The jam on the bread lasted three days.

He left his ring at the jeweler for cleaning.
The gold band is being polished in the shop.
He left the ring after the boxer hit him.

My brother plays bass in a jazz band.
A musician in my family performs on a low string instrument.
My brother caught a bass in a cold lake.

The ruler of the country died last night.
A king passed away yesterday after dark.
The ruler of the pupil broke last night.

The plant in the corner needs water.
Something green by the wall is drying out in its pot.
The plant in the valley needs workers.
"""

GROUPS: tuple[Group, ...] = tuple(
    (lines[0], lines[1], lines[2])
    for lines in (block.splitlines() for block in _TEXT.strip().split("\n\n"))
)
"""60 groups of sentences, written for this course. None was dropped for its result, but twelve were
added and six distractors reworded after a first measurement, so this is no untouched test set.

Many distractors differ from the sentence in one or two words; the last twelve use one of its
words in another sense. So the shares here are lower than on sets with distractors at random.
"""
