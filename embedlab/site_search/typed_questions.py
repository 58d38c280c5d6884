"""Questions as a reader types them, each with the places of the book that answer it."""

TABLE = """
why is cat as far from dog as from car
    01-one-hot#every-word-is-equally-far-from-every-other
how much memory does a one-hot table need
    01-one-hot#what-one-hot-vectors-cost
multiplying a one-hot vector with a matrix
    01-one-hot#one-hot-times-matrix-is-a-lookup
how many different words does a text have as it grows
    01-one-hot#how-large-does-a-vocabulary-get
can two sentences have the same bag of words
    01-one-hot#adding-one-hot-vectors 01-one-hot#exercises glossary#term-bag-of-words
does a network that learns about cat also learn about kitten
    01-one-hot#nothing-learned-about-one-word-reaches-another
do single dimensions of an embedding have a meaning
    02-dense#does-each-dimension-mean-something
how to compute cosine similarity
    02-dense#dot-product-norm-cosine glossary#term-cosine-similarity
    interview#what-is-cosine-similarity-and-when-do-you-prefer-it-to-euclidean-distance
which is better, angle or euclidean distance
    02-dense#properties-with-their-conditions
    interview#what-is-cosine-similarity-and-when-do-you-prefer-it-to-euclidean-distance
    07-geometry#is-cosine-a-distance
is 60 degrees between two words a lot
    02-dense#what-an-angle-means
king minus man plus woman
    02-dense#the-parallelogram 02-dense#the-rule 02-dense#on-real-vectors
    02-dense#leaving-the-question-s-words-out 02-dense#on-vectors-learned-from-our-world
    interview#where-does-vector-arithmetic-fail glossary#term-analogy
    glossary#term-parallelogram
when do word analogies not work
    02-dense#where-analogies-fail 02-dense#leaving-the-question-s-words-out
    02-dense#why-it-works-and-a-proof-that-proves-nothing
    interview#where-does-vector-arithmetic-fail
how do I get a vector for a whole sentence
    02-dense#sentence-averaging interview#why-is-a-mean-of-word-vectors-a-crude-sentence-vector
what are embeddings good for in practice
    02-dense#what-it-is-used-for introduction#why-it-matters
you shall know a word by the company it keeps
    02-dense#where-the-numbers-come-from introduction#what-you-will-learn
    glossary#term-distributional-hypothesis
where do the numbers in a word vector come from
    02-dense#where-the-numbers-come-from
difference between skip-gram and CBOW
    03-word2vec#the-idea-a-guessing-game-in-two-directions 03-word2vec#cbow
    03-word2vec#rare-words-skip-gram-or-cbow interview#explain-skip-gram-and-cbow-in-one-minute
    glossary#term-CBOW glossary#term-skip-gram
why is the softmax too expensive
    03-word2vec#doing-without-the-sum-over-all-words 03-word2vec#the-model
    interview#what-problem-does-negative-sampling-solve
what is negative sampling
    03-word2vec#negative-sampling-tell-the-neighbor-from-impostors
    interview#what-problem-does-negative-sampling-solve glossary#term-negative-sampling
binary tree of words with short paths for frequent words
    03-word2vec#hierarchical-softmax-a-path-of-decisions
    interview#what-does-hierarchical-softmax-gain glossary#term-hierarchical-softmax
    glossary#term-Huffman-tree
why throw away frequent words before training
    03-word2vec#subsampling-frequent-words glossary#term-subsampling
does a bigger window find topics instead of synonyms
    03-word2vec#what-the-window-does
which model is better for rare words
    03-word2vec#rare-words-skip-gram-or-cbow interview#explain-skip-gram-and-cbow-in-one-minute
    05-fasttext#rare-words-and-misspellings-in-the-artificial-world
how is word2vec related to pointwise mutual information
    03-word2vec#negative-sampling-factorizes-pmi
    interview#what-problem-does-negative-sampling-solve
train my own vectors with gensim
    03-word2vec#at-work-gensim 05-fasttext#at-work-gensim
what learning rate should I use for word2vec
    03-word2vec#training 03-word2vec#at-work-gensim glossary#term-learning-rate
how many training examples does one sentence give
    03-word2vec#how-many-pairs 03-word2vec#from-text-to-training-pairs
derivative of the softmax loss
    03-word2vec#the-gradient 03-word2vec#all-numbers-of-one-example
why does GloVe take the logarithm of counts
    04-glove#the-idea-fit-the-logarithm-of-a-count 04-glove#from-the-ratio-to-the-objective
ice steam solid gas example
    04-glove#ice-and-steam 04-glove#the-same-on-real-text
    04-glove#ratios-of-counts-are-something-else 04-glove#which-ratio-cancels-what
weighting function that limits very frequent pairs
    04-glove#from-the-ratio-to-the-objective
should words further apart count less
    04-glove#near-neighbors-count-more
is GloVe better than word2vec
    04-glove#six-ways-to-the-vectors 04-glove#glove-real 04-glove#they-read-the-same-table
    interview#how-does-glove-differ-from-word2vec
what happens to pairs of words that never occur together
    04-glove#what-never-meets
singular values of a co-occurrence matrix
    04-glove#the-spectrum-of-the-counts glossary#term-singular-value glossary#term-SVD
add or average the two vectors of a word
    04-glove#one-word-two-vectors
vector for a word that was not in the training data
    05-fasttext#words-that-were-never-seen 05-fasttext#try-any-word
    interview#what-is-the-out-of-vocabulary-problem-and-what-does-fasttext-do-about-it
    glossary#term-out-of-vocabulary-word 01-one-hot#a-word-outside-the-list-does-not-exist
typos and spelling mistakes
    05-fasttext#rare-words-and-misspellings-in-the-artificial-world 05-fasttext#fasttext
    05-fasttext#words-that-were-never-seen
character n-grams of a word
    05-fasttext#the-idea-share-the-letters 05-fasttext#the-mathematics
    glossary#term-character-n-gram
what if two n-grams land in the same bucket
    05-fasttext#hashing-two-million-rows-for-any-number-of-pieces glossary#term-collision
    glossary#term-bucket
byte pair encoding versus wordpiece
    05-fasttext#pieces-in-today-s-tokenizers
    interview#how-does-tokenization-relate-to-fasttext-s-n-grams
    glossary#term-byte-pair-encoding glossary#term-WordPiece
limits of subword models
    05-fasttext#what-subwords-cannot-do
    interview#what-is-the-out-of-vocabulary-problem-and-what-does-fasttext-do-about-it
how big is a fasttext model file
    05-fasttext#what-it-costs
prefixes, suffixes and word stems
    05-fasttext#which-pieces-carry-a-word 05-fasttext#the-idea-share-the-letters
    interview#what-is-the-out-of-vocabulary-problem-and-what-does-fasttext-do-about-it
words with several meanings like bank
    interview#what-do-words-with-several-senses-do-to-static-embeddings
    02-dense#what-goes-wrong-misreadings-and-the-sources-mistakes 06-contextual#contextual
    06-contextual#one-vector-is-a-compromise 06-contextual#how-much-does-a-word-vary
    06-contextual#do-they-know-the-senses 06-contextual#the-idea-a-function-in-place-of-a-table
    06-contextual#layer-by-layer
misleading t-SNE plots
    interview#why-can-distances-in-a-t-sne-map-mislead glossary#term-t-SNE
    02-dense#the-space-the-words-live-in 07-geometry#drawing-a-map-t-sne
points that are near to everything
    interview#how-would-you-find-hubs-in-a-nearest-neighbor-space glossary#term-hub
    07-geometry#hubs
    interview#your-search-returns-the-same-few-documents-for-every-second-query-why
how do I install the course and run the checks
    assignments#on-your-own-machine assignments#solve-it introduction#what-you-need
    introduction#how-to-use-this-book
how are my homework points computed
    assignments#what-is-graded
I only have two hours, what should I read
    introduction#two-hours
what does the letter V stand for
    notation#sizes introduction#notation
can a student's notebook damage my computer
    instructors#what-is-prevented-what-is-flagged-what-is-not-covered
    instructors#what-happens-to-a-submission
grade on a mac or on windows
    instructors#other-systems
student data protection
    instructors#privacy
make a new exercise for my class
    instructors#write-your-own-assignment
which books or papers should I read next
    introduction#reading-further
weighted average where common words count less
    02-dense#sentence-averaging glossary#term-SIF glossary#term-idf glossary#term-tf-idf
numbers to check a gradient
    glossary#term-finite-differences
comparing two embedding spaces by turning one
    glossary#term-Procrustes-analysis 02-dense#does-each-dimension-mean-something
    07-geometry#procrustes
reduce vectors to two dimensions for a picture
    glossary#term-principal-component-analysis glossary#term-t-SNE
    02-dense#the-space-the-words-live-in
attention heads of a transformer
    06-contextual#several-heads 06-contextual#heads-one-can-read 06-contextual#attention
    interview#what-does-attention-cost-and-when-does-that-matter
predict a masked word in a sentence
    06-contextual#bert-hidden-words-and-the-next-sentence
    interview#masked-or-causal-what-does-each-model-see-and-what-does-it-learn-from
match images with captions
    06-contextual#two-towers-pictures-and-their-captions 09-production#for-several-modalities
volume of a ball in many dimensions
    07-geometry#the-ball 07-geometry#why-it-goes-to-zero 07-geometry#shells
random vectors are almost at right angles
    07-geometry#random-directions 02-dense#what-an-angle-means
    glossary#term-concentration-of-measure
how many dimensions should my vectors have
    07-geometry#dimension-choice 07-geometry#what-models-take
    07-geometry#capacity
warm up the learning rate
    08-training#the-learning-rate-and-its-schedule
    interview#why-let-the-learning-rate-fall-and-why-warm-up
when should I stop training
    08-training#training-stop interview#how-do-you-know-when-to-stop-training
why do two runs with different seeds differ
    08-training#training-seeds glossary#term-seed 02-dense#does-each-dimension-mean-something
gradient norm explodes
    08-training#what-to-watch 08-training#the-gradient-signal-and-noise 08-training#four-dials
    08-training#how-steep-is-the-start
compress vectors to one byte per number
    09-production#fewer-bytes-quantization
    interview#you-have-to-shrink-an-index-what-does-quantization-cost
search millions of documents fast
    07-geometry#what-does-get-harder-being-exact-and-fast 09-production#two-stages
    09-production#at-work-faiss 09-production#recall-bytes-and-milliseconds
    09-serving#one-machine-to-many 09-serving#a-vector-database-as-the-next-step
    interview#what-is-two-stage-search-good-for
combine keyword search with vector search
    09-production#words-and-vectors-hybrid-search
latency percentiles under load
    09-serving#waiting-latency-under-load 09-serving#open-and-closed-loops
    09-serving#the-service-measured
how does the model know the order of the tokens
    06-contextual#where-a-word-stands 06-contextual#a-shift-is-a-rotation
why divide the attention scores by the square root
    06-contextual#why-the-root
what does layer normalization do
    06-contextual#layer-norm-and-the-whole-layer 06-contextual#its-gradient
    interview#what-does-layer-normalization-do-forward-and-backward
difference between BERT and GPT
    06-contextual#who-sees-what 06-contextual#gpt-only-the-past
    06-contextual#bert-hidden-words-and-the-next-sentence 06-contextual#three-ways-to-learn-it
    interview#masked-or-causal-what-does-each-model-see-and-what-does-it-learn-from
train sentence embeddings without labels
    06-contextual#simcse-a-sentence-and-itself
    06-contextual#whole-sentences-contrastive-learning
    interview#how-does-one-train-a-sentence-vector-without-labels
are old fashioned word vectors still useful today
    06-contextual#where-static-vectors-still-serve
    interview#when-would-you-still-use-static-embeddings-beside-a-transformer
curse of dimensionality for nearest neighbor search
    07-geometry#does-the-nearest-still-mean-something
    07-geometry#what-does-get-harder-being-exact-and-fast
    07-geometry#random-points-what-the-theory-says
random projection keeps distances
    07-geometry#fewer-dimensions-the-same-distances 07-geometry#tried-out

all my embeddings point in the same direction
    07-geometry#measures 07-geometry#repairs
    07-geometry#learned-directions
is Adam better than plain gradient descent
    08-training#optimizers 08-training#fifty-four-recorded-runs
how to initialize the weights
    08-training#where-the-numbers-begin 08-training#before-the-first-step
which is learned first, frequent words or rare ones
    08-training#what-comes-first 08-training#what-is-learned-when
strip tags from web pages before embedding
    09-production#html-becomes-text
cut off the last dimensions of a vector
    09-production#fewer-dimensions-matryoshka
adapt a pretrained model to my own data
    09-production#fine-tuning
keep answers of repeated queries
    09-serving#caching
mixing vectors of two model versions
    09-serving#versions-and-drift
    interview#a-new-version-of-the-model-is-out-may-you-embed-only-the-new-documents-with-it
    09-serving#what-goes-wrong-common-mistakes-each-reproduced-and-repaired
how much RAM for ten million embeddings
    09-serving#memory-what-the-formula-forgets 09-serving#one-machine-to-many
users ask about new topics after a while
    09-serving#drift-when-the-questions-change
"""
